"""The Chinese for the names of mistakes in a cell's equations and gradients."""

from __future__ import annotations

MISTAKES = {
    "the candidate": "候选值",
    "the forget gate": "遗忘门",
    "the input": "输入",
    "the input gate": "输入门",
    "the memory": "记忆",
    "the output": "输出",
    "the output gate": "输出门",
    "the reset gate": "重置门",
    "the update gate": "更新门",
    "the gate": "门",
    "the matrix": "该矩阵",
    "no {formula} on {whose}": "{whose}未用 {formula}",
    "{formula} in place of {given} on {whose}": "{whose}用了 {formula}，而非 {given}",
    "{one} used as 1 - {formula}": "把 {one} 当作 1 - {formula} 使用",
    "{what} forgotten": "遗漏{what}",
    "{one} and {two} swapped": "{one} 与 {two} 互换",
    "{formula} for {given} in the sums": "求和时用了 {formula}，而非 {given}",
    "{formula} always 0": "{formula} 总为 0",
    "{formula} for {given} on {whose}": "{whose}用了 {formula}，而非 {given}",
    "{formula} in place of {given}": "用了 {formula}，而非 {given}",
    "the weights in the order {given}": "权重的顺序为 {given}",
    "the part of {formula} that comes from {given} forgotten": "遗漏 {formula} 中来自 {given} 的一份",
    "the part of {formula} that comes from {given} taken twice": (
        "{formula} 中来自 {given} 的一份算了两次"
    ),
    "the sign of the part of {formula} that comes from {given}": (
        "{formula} 中来自 {given} 的一份的正负号"
    ),
    "{what} taken twice": "{what}算了两次",
    "the sign of {what}": "{what}的正负号",
    "d{formula} = in place of +=": "d{formula} 用了 =，而非 +=",
    "the slope of {formula} left out in {where}": "{where} 中遗漏 {formula} 的导数",
    "the slope of {formula} taken twice in {where}": "{where} 中 {formula} 的导数算了两次",
    "the slope of {formula} at the activated value in {where}": (
        "{where} 中 {formula} 的导数取在激活之后的值上"
    ),
    "the slope of {formula} taken as {path} in {where}": (
        "{where} 中把 {formula} 的导数取作 {path}"
    ),
    "the factors of {formula} exchanged in {where}": "{where} 中 {formula} 的两个因子互换",
    "{formula} and {two}": "{formula} 与 {two}",
    "d{formula} and d{given} exchanged": "d{formula} 与 d{given} 互换",
    "the gradients of the weights in the order {given}": "权重梯度的顺序为 {given}",
    "{formula} carried on without its gate": "{formula} 往回传时没有乘以它的门",
    "{formula} in place of its transpose in {given}": "{given} 中用了 {formula}，而非其转置",
    "the matrix in place of its transpose in {given}": "{given} 中用了矩阵，而非其转置",
    "{formula} for {path} in {given}": "{given} 中用了 {formula}，而非 {path}",
    "{formula} left out of {given}": "{given} 中遗漏 {formula}",
    "{formula} used for {given}": "把 {formula} 用作 {given}",
    "{one} used for {formula} and {given}": "把 {one} 用作 {formula} 与 {given}",
    "{one} used for {formula} and {given} and {two}": "把 {one} 用作 {formula}、{given} 与 {two}",
    "the slope of {formula} left out everywhere": "{formula} 的导数处处被遗漏",
    "the slope of {formula} without its square everywhere": "{formula} 的导数处处遗漏平方",
    "the slope of {formula} taken twice everywhere": "{formula} 的导数处处算了两次",
    "the slope of {formula} at the activated value everywhere": (
        "{formula} 的导数处处取在激活之后的值上"
    ),
    "the slope of {formula} with the argument for the value everywhere": (
        "{formula} 的导数处处用了自变量，而非函数值"
    ),
    "the slope of {formula} taken as that of {given} everywhere": (
        "{formula} 的导数处处被取作 {given} 的导数"
    ),
    "the slopes with the argument for the value everywhere": "各处导数都用了自变量，而非函数值",
    "the slopes left out everywhere": "各处导数都被遗漏",
    "the slopes taken twice everywhere": "各处导数都算了两次",
    "the slopes at the activated value everywhere": "各处导数都取在激活之后的值上",
    "all biases": "所有偏置",
    "the biases": "偏置",
    "the matrices of the past": "过去的矩阵",
    "the matrices of the input": "输入的矩阵",
    "the half of the loss": "损失中的二分之一",
    "the biases counted twice": "偏置算了两次",
    "only the largest sum counted": "只算了最大的一个和",
    "1 added to {formula}": "{formula} 上多加了 1",
    "{what} added twice": "{what} 加了两次",
    "{formula} around another part: {given}": "{formula} 用在了别的部分上：{given}",
    "grouped otherwise: {formula}": "括号的位置不同：{formula}",
    "{formula} in place of {given} in {path}": "{path} 中用了 {formula}，而非 {given}",
    "{formula} in place of {given} on every gate": "各个门都用了 {formula}，而非 {given}",
    "the sign inside of sigmoid on every gate": "各个门的 sigmoid 里正负号反了",
    "no {formula} on any gate": "各个门都未用 {formula}",
    "every {formula} transposed": "每个 {formula} 都被转置",
    "{formula} transposed": "{formula} 被转置",
    "the initial {formula} taken for 0": "初始 {formula} 被当作 0",
    "the initial {formula} and {given} taken for 0": "初始 {formula} 与 {given} 被当作 0",
    "the initial {formula} taken for 0 in the backward pass": "反向传播中初始 {formula} 被当作 0",
    "the initial {formula} and {given} taken for 0 in the backward pass": (
        "反向传播中初始 {formula} 与 {given} 被当作 0"
    ),
    "the last {formula} taken for the initial one in the backward pass": (
        "反向传播中把最后一步的 {formula} 当作初始值"
    ),
    "the last {formula} and {given} taken for the initial ones in the backward pass": (
        "反向传播中把最后一步的 {formula} 与 {given} 当作初始值"
    ),
    "{whose} before the product": "{whose}乘在矩阵乘积之前",
    "{whose} after the product": "{whose}乘在矩阵乘积之后",
    "{formula} outside of {whose}": "{formula} 在{whose}之外",
    "the equations of {formula}": "{formula} 的方程",
    "every {formula} in place of its transpose in {given}": (
        "{given} 中每个矩阵都用了 {formula}，而非其转置"
    ),
    "{formula} for {path} in every {given}": "每个 {given} 中都用了 {formula}，而非 {path}",
    "the gradients of all weights": "所有权重的梯度",
    "{formula} = in place of +=: only the {which} step counts": (
        "{formula} 用了 =，而非 +=：只算了{which}一步"
    ),
    "every {formula} = in place of +=: only the {which} step counts": (
        "每个 {formula} 都用了 =，而非 +=：只算了{which}一步"
    ),
    "every gradient of a weight = in place of +=: only the {which} step counts": (
        "每个权重的梯度都用了 =，而非 +=：只算了{which}一步"
    ),
    "first": "第",
    "last": "最后",
}
