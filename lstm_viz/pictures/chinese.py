"""The words of the screens and of the built-in cells in Chinese; `{…}` stands for what is put in.

Longer than other files: a catalogue is looked through as a whole, by whoever translates.
"""

from lstm_viz.pictures.chinese_check import CHECK
from lstm_viz.pictures.chinese_lessons import LESSONS
from lstm_viz.pictures.chinese_models import MODELS
from lstm_viz.pictures.chinese_training import TRAINING

_ZOO = {
    ": ": "：",
    "cells": "细胞",
    "cell": "细胞",
    "source": "出处",
    "{n} built-in cells; show one with lstm-viz cells NAME": (
        "内置 {n} 种细胞；用 lstm-viz cells NAME 查看其中一种"
    ),
    "equations": "方程",
    "backward equations": "反向方程",
    "parameters": "参数",
    "{n} equation": "{n} 个方程",
    "{n} equations": "{n} 个方程",
    "{n} backward equation": "{n} 个反向方程",
    "{n} backward equations": "{n} 个反向方程",
    "{n} parameter": "{n} 个参数",
    "{n} parameters": "{n} 个参数",
    "from {name}": "来自 {name}",
    "derived from the equations above: dc means ∂L/∂c; += adds the terms of several equations": (
        "由上面的方程推导而来：dc 即 ∂L/∂c，+= 把各方程的项累加"
    ),
    "{formula} numbers: {numbers} for I = {inputs} inputs and H = {hidden} units, as below": (
        "共 {formula} 个数：当 I = {inputs} 个输入、H = {hidden} 个单元时为 {numbers} 个，如下"
    ),
    "{formula} numbers: {numbers} for I = {inputs} inputs, H = {hidden} units and {more},"
    " as below": (
        "共 {formula} 个数：当 I = {inputs} 个输入、H = {hidden} 个单元、{more} 时"
        "为 {numbers} 个，如下"
    ),
}

_PROBLEMS = {
    "problems": "习题",
    "problem": "习题",
    "{n} problem": "{n} 道习题",
    "{n} problems": "{n} 道习题",
    "lstm-viz problem NAME shows one, lstm-viz step --problem NAME runs it": (
        "lstm-viz problem NAME 显示一道题，lstm-viz step --problem NAME 运行它"
    ),
    "title": "题目",
    "given": "已知",
    "asked": "所求",
    "answers": "答案",
    "how many parameters there are": "参数的个数",
    "{name}": "{name}",
    "{name} at step {t}": "第 {t} 步的 {name}",
    "{name} at every step": "每一步的 {name}",
    "{name} before step {t}": "第 {t} 步之前的 {name}",
    "{name} before every step": "每一步之前的 {name}",
    "what step {t} adds to {name}": "第 {t} 步对 {name} 的贡献",
    ", unit {unit}": "，单元 {unit}",
    "[{names}], concatenated": "[{names}]，左右拼接",
}
_LANDSCAPE = {
    "size of the gradient by {x} and {y}": "对 {x} 和 {y} 的梯度的大小",
    "plain": "不裁剪",
    "clipped": "裁剪",
    "No gradient here is a number other than 0.": "这里没有不为 0 的有限梯度。",
    "Largest gradient drawn: {largest}, at {x_name} = {x}, {y_name} = {y}; the median is"
    " {median}.": (
        "图中最大的梯度为 {largest}，在 {x_name} = {x}、{y_name} = {y} 处；中位数为 {median}。"
    ),
    "{n} update": "{n} 次更新",
    "{n} updates": "{n} 次更新",
    "{name}: {updates} from loss {first} to {last}; longest step {step}": (
        "{name}：{updates}，损失从 {first} 到 {last}；最长的一步为 {step}"
    ),
    "; clipped to a norm of {clip} at {acted}": "；其中 {acted}把梯度范数裁剪到 {clip}",
    "; it ended there: the gradient is no longer a finite number": (
        "；到此为止：梯度不再是有限的数"
    ),
}
_SCREEN = {
    # the top
    ", ": "，",
    "step": "时间步",
    "step {t}": "第 {t} 步",
    "step {t} of {n}": "第 {t} 步，共 {n} 步",
    "backward, step {t} of {n}": "反向传播：第 {t} 步，共 {n} 步",
    "forward": "前向",
    "backward": "反向",
    "unit {unit} of 0 to {last}": "单元 {unit}（0 至 {last}）",
    "{n} unit": "{n} 个单元",
    "{n} units": "{n} 个单元",
    "{n} input": "{n} 个输入",
    "{n} inputs": "{n} 个输入",
    "{n} output": "{n} 个输出",
    "{n} outputs": "{n} 个输出",
    "{n} step": "{n} 步",
    "{n} steps": "{n} 步",
    "{n} features": "{n} 个特征",
    "weights": "权重",
    "weight": "权重",
    "bias": "偏置",
    "input": "输入",
    "shown": "显示",
    "note": "注意",
    "loss": "损失",
    "value": "数值",
    "gradient": "梯度",
    "share": "占比",
    "log": "对数",
    # sentences
    " With {source} = 0 it would be {value}.": " 若 {source} = 0，则为 {value}。",
    " {source} opened {gate}.": " {source} 打开了 {gate}。",
    " {source} shut {gate}.": " {source} 关闭了 {gate}。",
    " {source} raised {gate} above one half.": " {source} 使 {gate} 升到一半以上。",
    " {source} lowered {gate} below one half.": " {source} 使 {gate} 降到一半以下。",
    "{name} is {value}.": "{name} 为 {value}。",
    "The gradient of the {name} is not a finite number.": "{name}的梯度不是有限数。",
    "The gradient of {name} is not a finite number.": "{name} 的梯度不是有限数。",
    "The {name} is {value}.": "{name}为 {value}。",
    "The {name} ({meaning}) is {value}.": "{name}（{meaning}）为 {value}。",
    "The {state} {did} and {then}: it is now {now}.": "{state}{did}，{then}：现在是 {now}。",
    "{state} {did} and {then}: it is now {now}.": "{state} {did}，{then}：现在是 {now}。",
    "The gradient of {name} is {value}.": "{name} 的梯度是 {value}。",
    "keeps {share} of {before}": "保留 {before} 的 {share}",
    "was {before}": "原为 {before}",
    "multiplies {before} by {share}": "把 {before} 乘以 {share}",
    "adds {added}": "加上 {added}",
    "subtracts {added}": "减去 {added}",
    "under 0.1 %": "不到 0.1%",
    "over 99.9 %": "99.9% 以上",
    "This cell has no additive memory.": "这种细胞没有可累加的记忆。",
    "What will {name} be?": "{name} 会是多少？",
    "What will the {name} be?": "{name}会是多少？",
    " Type a number, + or - (its sign), m or l (more, less than {before}), then Enter.": (
        "键入数字，或 +、-（正负号），或 m、l（比 {before} 大、小），再按回车。"
    ),
    " {guess} (then Enter)": "{guess}（再按回车）",
    "Right. ": "正确。",
    "Not right. ": "不对。",
    "Right: {guess} is {off} off. ": "正确：{guess} 相差 {off}。",
    "Not right: {guess} is {off} off. ": "不对：{guess} 相差 {off}。",
    "A mistake gives it: {mistake}. ": "有这个错误就会得到它：{mistake}。",
    "{right} of {made} so far. ": "到目前为止 {made} 次对了 {right} 次。",
    "The quiz is over. ": "测验结束。",
    "What will the gradient of the {name} be?": "{name}的梯度会是多少？",
    "The {state}'s gradient is {here}; before this step it is {on}.": (
        "{state}的梯度为 {here}；这一步之前为 {on}。"
    ),
    "The {state}'s gradient is {here}; {on} goes back to {where}{ratio}.": (
        "{state}的梯度为 {here}；传回{where}的梯度为 {on}{ratio}。"
    ),
    "What will the gradient of {name} be?": "{name} 的梯度会是多少？",
    "{state}'s gradient is {here}; before this step it is {on}.": (
        "{state} 的梯度为 {here}；这一步之前为 {on}。"
    ),
    "{state}'s gradient is {here}; {on} goes back to {where}{ratio}.": (
        "{state} 的梯度为 {here}；传回{where}的梯度为 {on}{ratio}。"
    ),
    " ({share})": "（{share}）",
    "the initial state": "初始状态",
    "A small change of {name} does not change the loss.": "{name} 略微改变时，损失不变。",
    "Raise {name} by a small δ: the loss rises by {size} δ.": (
        "{name} 每增大一个小量 δ，损失约增大 {size} δ。"
    ),
    "Raise {name} by a small δ: the loss falls by {size} δ.": (
        "{name} 每增大一个小量 δ，损失约减小 {size} δ。"
    ),
    "A small change of the {name} does not change the loss.": "{name}略微改变时，损失不变。",
    "Raise the {name} by a small δ: the loss rises by {size} δ.": (
        "{name}每增大一个小量 δ，损失约增大 {size} δ。"
    ),
    "Raise the {name} by a small δ: the loss falls by {size} δ.": (
        "{name}每增大一个小量 δ，损失约减小 {size} δ。"
    ),
    "{name} is not a finite number from step {t} on": "从第 {t} 步起，{name} 不是有限数",
    "The same step in two cells: {one} and {other}.": "同一时间步，两种细胞：{one} 与 {other}。",
    "the gradient of {name}; likewise for every name": ("{name} 的梯度，其余各量同理"),
    "a sum of {count} products with this value": "{count} 个乘积之和，其值如此",
    "weights: gradients summed over the steps": "权重：各时间步梯度之和",
    "{gradient} of {step}": "{step}的 {gradient}",
    # what is held
    "held": "固定",
    "was {value}": "原为 {value}",
    "gradient was {value}": "梯度原为 {value}",
    "What if {name} is {value}? It was {was}.": "假如 {name} 为 {value}？原来是 {was}。",
    " By its equation it stays between 0 and 1.": "按其方程，它在 0 与 1 之间。",
    "{name} is held at {value}, as it was.": "{name} 固定为 {value}，与原来相同。",
    "{name} is held at {value}.": "{name} 固定为 {value}。",
    # the memory as a ledger
    "was": "原来",
    "{name} was": "{name} 原来",
    "forgotten": "遗忘",
    "grown": "增长",
    "written": "写入",
    "now": "现在",
    "{share} of it": "其中的 {share}",
    "times {share}": "乘以 {share}",
    # through time
    "The wiring of this cell needs a larger screen.": "画出这种细胞的连线需要更大的屏幕。",
    "{name}, all units through time": "{name}，所有单元随时间的变化",
    "{name} by size, all units through time": "{name} 的大小，所有单元随时间的变化",
    "∂L/∂…, log of size, {low} to {high}": "∂L/∂…，大小的对数，从 {low} 到 {high}",
    "gradients through time, log of size, {low} to {high}": (
        "梯度随时间的变化，其大小的对数，从 {low} 到 {high}"
    ),
    "{gates} also takes values above 1: the last column counts them.": (
        "{gates} 也会大于 1：计入最后一列。"
    ),
    "In {line} {name} is not a finite number from step {t} on.": (
        "{line} 中，从第 {t} 步起，{name} 不是有限数。"
    ),
    "{back} it is too early to tell in {lines}.": "{back}，{lines} 还看不出结果。",
    "It is too early to tell in {lines}.": "{lines} 还看不出结果。",
    "{back} the gradient is not finite in {lines}.": "{back}，{lines} 的梯度不是有限数。",
    "It is not finite in {lines}.": "{lines} 的梯度不是有限数。",
    "No gradient arrives in {lines}.": "没有梯度传到 {lines}。",
    "None arrives in {lines}.": "没有梯度传到 {lines}。",
    "{n} products, weight · value": "{n} 个乘积，权重 · 数值",
    ", and what is added to them": "，以及与之相加的项",
    "one product, weight · value": "一个乘积，权重 · 数值",
    "{name} is held: these products are not added up.": "{name} 已固定：这些乘积不相加。",
    "{name} has no product of a matrix and a vector.": "{name} 中没有矩阵与向量的乘积。",
    # the keys
    "lstm-viz step, key by key": "lstm-viz step：按键一览",
    "keys": "按键",
    "previous step": "上一步",
    "next step": "下一步",
    "previous step, next step": "上一步、下一步",
    "the first step, the last step": "第一步、最后一步",
    "the line above, the line below": "上一行、下一行",
    "switch between forward and backward": "在前向与反向传播之间切换",
    "the next unit": "下一个单元",
    "more digits, then fewer again": "增加有效数字，到头则减少",
    "list all terms of a sum": "列出和的每一项",
    "the same step in another cell": "另一种细胞的同一时间步",
    "predict: hide the next number; type yours and press Enter": (
        "先猜后看：隐藏下一个数，键入你的数再按回车"
    ),
    "play, or pause": "播放或暂停",
    "play slower, faster": "放慢或加快",
    "what if: the chosen number up, down": "假如：所选的数增大、减小",
    "what if: the chosen number is 0, is 1": "假如：所选的数为 0、为 1",
    "undo all changes": "撤销所有改动",
    "the next weight of the line, for + - 0 1": "该行的下一个权重，供 + - 0 1 改变",
    "scroll a view that is taller than the screen": "画面高于屏幕时上下移动",
    "this help; any key closes it": "本帮助；按任意键关闭",
    "quit": "退出",
    "line": "选行",
    "back": "反向",
    "play": "播放",
    "try": "试改",
    "help": "帮助",
    "more": "更多",
    "playing, {speed} a second": "播放中，每秒 {speed} 步",
    "Reopen this view with --at {token}": ("重新打开此画面：--at {token}"),
}

CHOSEN = {
    "write, hold, erase": "写入，保持，擦除",
    "write, and lose about half at every step": "写入，每一步约失去一半",
    "add up the inputs, and hold the sum": "累加输入，并保持总和",
    "count the ones": "数出 1 的个数",
    "write once, then lose half at every step": "写入一次，每步丢掉一半",
    "{source}; held: {holds}": "{source}；固定：{holds}",
    "what if {holds}": "假如 {holds}",
    "as it was": "原来的运行",
    "= marks a held number: it is not computed from its inputs.": (
        "标有 = 之处，数值被固定，不由到达那里的数算出。"
    ),
    "random, {start} initialisation, seed {seed}": "按 {start} 方式随机初始化，种子 {seed}",
    "random, {start} initialisation, seeds {first} to {last}": (
        "按 {start} 方式随机初始化，种子 {first} 至 {last}"
    ),
    "{source}; forget bias {bias}": "{source}；遗忘门偏置 {bias}",
    "latch: {what}": "锁存 latch：{what}",
    "gru-latch: {what}": "锁存 gru-latch：{what}",
    "leaky: {what}": "渗漏 leaky：{what}",
    "adder: {what}": "累加 adder：{what}",
    "counter: {what}": "计数 counter：{what}",
    "forgetful: {what}": "健忘 forgetful：{what}",
    "impulse: 1, then zeros": "impulse：先是 1，然后全为 0",
    "echo: random signs, then equally many zeros, to echo them": (
        "echo：随机正负号，然后是同样多的 0，用来复述"
    ),
    "sine: a sine with a period of 12 steps": "sine：正弦，每周期 12 步",
    "damped-sine: a sine with a period of 12 steps, halved every period": (
        "damped-sine：正弦，每周期 12 步，幅度逐周期减半"
    ),
    "square: 4 steps of 1, then 4 of -1, repeated": "square：4 步 1，4 步 -1，如此往复",
    "noise: independent standard normal numbers": "noise：独立的标准正态随机数",
    "one character per step, one-hot over {letters}": "每步一个字符，独热编码：{letters}",
    "the sum of {name} at the last step": "最后一步 {name} 之和",
    "the sum of the output at the last step": "最后一步输出之和",
    "the sum of the output at every step": "每一步输出之和",
    "the sum of the output at step {t}": "第 {t} 步输出之和",
    "the sum of {name} at every step": "每一步 {name} 之和",
    "½ ({name} - target)² at the last step, target {target}": (
        "最后一步 ½ ({name} - 目标)²，目标 {target}"
    ),
    "½ ({name} - target)² at every step, target {target}": (
        "每一步 ½ ({name} - 目标)²，目标 {target}"
    ),
    "½ ({name} - target)² at the last step, gomez's own target {target}": (
        "最后一步 ½ ({name} - 目标)²，gomez 自带目标 {target}"
    ),
    "½ ({name} - target)² at every step, gomez's own target {target}": (
        "每一步 ½ ({name} - 目标)²，gomez 自带目标 {target}"
    ),
}

TITLES = {
    "{state} before": "之前的{state}",
    "candidate": "候选值",
    "candidate pre-activation": "候选值的净输入",
    "cell state": "细胞状态",
    "decay": "衰减率",
    "forget gate": "遗忘门",
    "forget gate pre-activation": "遗忘门的净输入",
    "hidden state": "隐藏状态",
    "input gate": "输入门",
    "input gate pre-activation": "输入门的净输入",
    "normaliser": "归一化项",
    "output": "输出",
    "output gate": "输出门",
    "output gate pre-activation": "输出门的净输入",
    "pre-activation": "净输入",
    "reset gate": "重置门",
    "reset gate pre-activation": "重置门的净输入",
    "share kept": "保留比例",
    "share written": "写入比例",
    "stabiliser": "稳定项",
    "state": "状态",
    "gate pre-activation": "门的净输入",
    "update gate": "更新门",
    "update gate pre-activation": "更新门的净输入",
}

MEANINGS = {
    "a fading sum of the input, each unit at its own pace": "输入的渐隐之和，每个单元各有快慢",
    "a mixture of the states and of the input itself": "各状态与输入本身的混合",
    "how much of each state one step keeps, from 0 to 1": "一步之后每个状态保留多少，从 0 到 1",
    "how much of the candidate comes in": "候选值进入多少",
    "how much of the candidate to write": "候选值写入多少",
    "how much of the memory to keep": "记忆保留多少",
    "how much of the memory to output": "记忆输出多少",
    "how much of the past stays": "过去留下多少",
    "how much of the past the candidate sees": "候选值看到多少过去",
    "how much of the past to keep": "过去保留多少",
    "how much of the past to replace": "过去替换多少",
    "its claim on the memory": "它在记忆中要占的份额",
    "the input and the past, added up": "输入与过去相加",
    "the larger exponent, out of both gates": "较大的指数，从两个门中提出",
    "the memory": "记忆",
    "the memory, all of it output": "记忆，全部输出",
    "the memory, through tanh": "记忆，经过 tanh",
    "the memory, which nothing erases": "记忆，没有任何东西会擦除它",
    "the sum of what the gates let in": "各门放入之量的总和",
    "what could be written": "可能写入的内容",
    "what could be written, from -2 to 2": "可能写入的内容，从 -2 到 2",
    "what could be written, without an activation": "可能写入的内容，不经激活函数",
    "what could replace the past": "可能替换过去的内容",
    "the output, passed on to the next step": "输出，并传给下一步",
    "the output": "输出",
    "the output, without an activation": "输出，不经激活函数",
    "keeps what is not overwritten": "保留没有被改写的那部分",
}

# Pictures and films.
_FIGURES = {
    "every step": "每一步",
    ", the first of {n} sequences": "，{n} 个序列中的第一个",
    "A wire is as wide as its number is large, faint near 0, broken below zero.": (
        "线越宽，数值越大；接近 0 时变淡，小于零时为虚线。"
    ),
    "The gradient goes back along the arrows.": "梯度沿箭头往回传。",
    "The gradient goes back along the arrows. A wire is as wide as its share of it is large, faint"
    " near 0, broken below zero.": (
        "梯度沿箭头往回传。线越宽，它那一份梯度越大；接近 0 时变淡，小于零时为虚线。"
    ),
    "The gradient goes back along the arrows. A wire is as wide as the logarithm of its share of"
    " it, faint near the low end of the scale, broken below zero.": (
        "梯度沿箭头往回传。线宽取它那一份梯度的对数；接近刻度下端时变淡，小于零时为虚线。"
    ),
    "The scale is that of the whole run.": "整个运行使用同一刻度。",
    "The × of a gate is a meter: it is filled as far as the gate is open.": (
        "门的 × 是液位计：门开多大就填多满。"
    ),
    "Several gates on one × fill it to their product.": "同一个 × 上有几个门时，按它们的乘积填满。",
    "÷ at the end of a wire marks the divisor.": "线末端的 ÷ 标出除数。",
    "^ at the end of a wire marks the exponent.": "线末端的 ^ 标出指数。",
    "What a gate multiplies gets as much of the gradient as the gate is filled.": (
        "门填多满，门所乘的量就得到多少梯度。"
    ),
    "The gradient of the {name} is {value}.": "{name}的梯度是{value}。",
    "Forward: the input flows in, from step 1 to step {n}.": "前向：输入从第 1 步流到第 {n} 步。",
    "Backward: the gradient starts at the loss, at step {t}.": (
        "反向：梯度从第 {t} 步的损失出发。"
    ),
    "Backward: the loss is at an earlier step than step {t}.": "反向：损失在第 {t} 步之前。",
    "Backward: the gradient is at step {t}, {lag} before the loss.": (
        "反向：梯度到了第 {t} 步，离损失 {lag}。"
    ),
    "The state at each step, relative to its maximum": ("每一步的状态，除以其最大值"),
    "The gradient at each step, on a log scale": ("每一步的梯度（对数刻度）"),
    "Gradient remaining": "梯度还剩多少",
}

# `lstm-viz gradients`.
_GRADIENTS = {
    "gradients": "梯度",
    "the median of {n} runs": "{n} 次运行的中位数",
    "The gradient, relative to that at the last step": "梯度，除以最后一步的梯度",
    "{back} the gradient is gone in {lines}.": "{back}，梯度在 {lines} 中消失了。",
    "{back} little of the gradient arrives in {lines}.": "{back}，梯度在 {lines} 中只传到一点。",
    "Little of it arrives in {lines}.": "在 {lines} 中只传到一点。",
    "{back} the gradient arrives in {lines}.": "{back}，梯度在 {lines} 中传到了。",
    "It arrives in {lines}.": "在 {lines} 中传到了。",
    "{back} the gradient has grown in {lines}.": "{back}，梯度在 {lines} 中变大了。",
    "It has grown in {lines}.": "在 {lines} 中变大了。",
    " and in ": " 和 ",
    "{n} of {all} lines": "{all} 条线中的 {n} 条",
    ", in ": "、",
    "After {steps}": "{steps}之后",
    "At step 1": "在第 1 步",
    "In the median of {runs} runs, after {steps},": "{runs} 次运行的中位数：{steps}之后",
    "In the median of {runs} runs, at step 1,": "{runs} 次运行的中位数：在第 1 步",
    "This holds for the loss at the last step; the plot shows all losses together.": (
        "结论针对最后一步的损失；图中是所有步的损失之和。"
    ),
    "Step {t}: the loss is at an earlier step.": "第 {t} 步：损失在更早的一步。",
    "Step {t}: the gradient starts here, at the loss.": "第 {t} 步：梯度从这里的损失出发。",
    "Step {t}, {lag} before the loss. Gradient relative to that at the loss: {parts}.": (
        "第 {t} 步，损失之前 {lag}。梯度与损失处梯度之比：{parts}。"
    ),
    "Step {t}, {lag} before the loss. Relative to the gradient at the last step: {parts}.": (
        "第 {t} 步，损失之前 {lag}。是最后一步梯度的：{parts}。"
    ),
    "Fraction of the memory kept per step, mean over the units": (
        "每一步保留的记忆比例，各单元的平均"
    ),
    "Fraction of the memory kept per step, mean over the units, first run": (
        "每一步保留的记忆比例，各单元的平均，第一次运行"
    ),
    "{name}: {outcome}{verdict}{keeps}": "{name}：{outcome}{verdict}{keeps}",
    "no gradient reaches it": "没有任何梯度传到这里",
    "The only loss is at the first step, so no gradient goes back.": (
        "只有第一步有损失，所以没有梯度往回传。"
    ),
    "its only loss is at the first step, so no gradient goes back": (
        "只有第一步有损失，所以没有梯度往回传"
    ),
    "after {steps} nothing remains": "{steps}之后梯度全部消失",
    "after {steps} the gradient is not finite": "{steps}之后梯度不是有限数",
    "after {steps} the gradient is {part} times as large": "{steps}之后梯度是原来的 {part} 倍",
    "after {steps} {part} of the gradient remains": "{steps}之后梯度还剩 {part}",
    "after {steps} less than {part} of the gradient remains": "{steps}之后梯度剩下不到 {part}",
    ": it {verdict}": "：{verdict}",
    ": it {verdict} (in all {runs} runs)": "：{verdict}（{runs} 次运行都如此）",
    ": it {verdict} (in both runs)": "：{verdict}（两次运行都如此）",
    ": in the median it {verdict} (of {runs} runs: {counts})": (
        "：中位数{verdict}（共 {runs} 次：{counts}）"
    ),
    "vanishes": "梯度消失",
    "fades": "梯度减弱",
    "holds": "梯度保持",
    "grows": "梯度增长",
    "explodes": "梯度爆炸",
    ".": "。",
    "{start}all of the memory is kept at each step.": "{start}每一步都保留全部记忆。",
    "; ": "；",
    "; in the first run: ": "；第一次运行中",
    "{start}in no unit does the memory decay.": "{start}没有单元的记忆会衰减。",
    "{start}half-life of the memory ({gate}): {lives}.": "{start}记忆的半衰期（{gate}）：{lives}。",
    "less than one step in every unit": "每个单元都不到一步",
    "{middle} in the median unit, {other} in the fastest unit": (
        "居中的单元为 {middle}，最快的单元为 {other}"
    ),
    "{middle} in the median unit and in the slowest": "居中的单元和最慢的单元均为 {middle}",
    "{middle} in the median unit, {other} in the slowest unit": (
        "居中的单元为 {middle}，最慢的单元为 {other}"
    ),
    "not finite": "不是有限数",
    "infinite": "无限",
    "less than one step": "不到一步",
    "{steps} steps": "{steps} 步",
    # each loss apart
    "{name}: no loss has a gradient that is finite at every step": (
        "{name}：没有一个损失的梯度在每一步都有限"
    ),
    "no gradient reaches this state": "没有梯度传到这个状态",
    "{name}: ∂(loss at t)/∂{state} for every pair t, k": (
        "{name}：∂(第 t 步的损失)/∂{state}，每一对 t、k"
    ),
    "loss {t}": "损失 {t}",
    "More than 1 % of this loss's gradient reaches the first step.": (
        "这个损失的梯度有百分之一以上传到第一步。"
    ),
    "After {steps} steps less than 1 % of this loss's gradient remains.": (
        "{steps} 步之后，这个损失的梯度只剩不到百分之一。"
    ),
    "For each of the {losses} losses more than 1 % of the gradient reaches the first step.": (
        "{losses} 个损失的梯度都有百分之一以上传到第一步。"
    ),
    " {count} more have a gradient that is not finite.": "另有 {count} 个损失的梯度不是有限数。",
    "For {whole} of the {losses} losses more than 1 % of the gradient reaches the first step.": (
        "{losses} 个损失中有 {whole} 个，其梯度有百分之一以上传到第一步。"
    ),
    "After {steps} steps less than 1 % of a loss's gradient remains (median of {losses}).": (
        "{steps} 步之后，一个损失（{losses} 个的中位数）的梯度只剩不到百分之一。"
    ),
    # by which routes
    "{state} does not affect its own next step": "{state} 不影响自己的下一步",
    "all together": "合计",
    "{name}: ∂{state}ₜ/∂{state}ₜ₋₁, path by path (spectral norm, median over steps)": (
        "{name}：∂{state}ₜ/∂{state}ₜ₋₁，逐条路径（谱范数，各步的中位数）"
    ),
    "share of ∂L/∂{state} that comes by each path": "∂L/∂{state} 经各条路径而来的份额",
    "direct, times {gate}": "直接传递，乘以 {gate}",
    "through {past} into the {gate}": "经 {past} 进入{gate}",
    "into the {gate}, not into {state}": "进入{gate}，不进入 {state}",
    "This is the only path.": "这是唯一的路径。",
    "The norms sum to {alone}, the norm of the sum is {total}: norms do not add.": (
        "各范数之和为 {alone}，和的范数为 {total}：范数不能相加。"
    ),
    # over more and more steps
    "largest": "最大",
    "middle": "中间",
    "bound": "上界",
    "k steps": "k 步",
    "error": "误差",
    "nothing to truncate here": "此处没有可截断的",
    "{name}: error of the weight gradient, BPTT truncated after k steps": (
        "{name}：截断的随时间反向传播（k 步）下权重梯度的误差"
    ),
    "None of these lengths keeps the error below 10 %; the sequence has {steps} steps.": (
        "这些长度中，没有一个使误差低于 10%；序列共 {steps} 步。"
    ),
    "With k = {shortest} or more the error is at most 10 %; the sequence has {steps} steps.": (
        "k 为 {shortest} 或更大时，误差不超过 10%；序列共 {steps} 步。"
    ),
    "effective rank": "有效秩",
    "{name}: growth of a small perturbation of the states over k steps": (
        "{name}：状态的微小扰动经过 k 步的增长"
    ),
    "The bound is (γ σ₁)ᵏ with γ = {gamma} and σ₁ of {matrix} = {sigma}, {so}"
    " (Pascanu et al. 2013).": (
        "上界为 (γ σ₁)ᵏ，其中 γ = {gamma}，{matrix} 的 σ₁ = {sigma}，{so}（Pascanu 等，2013）。"
    ),
    "so gradients must vanish": "所以梯度必然消失",
    "so gradients cannot explode": "所以梯度不可能爆炸",
    "which lets gradients vanish as well as explode": "所以梯度既可能消失，也可能爆炸",
    "Over {over} the change is not a finite number.": "经过 {over}，变化不再是有限数。",
    "Over {over} every small difference of states is wiped out.": (
        "经过 {over}，状态间任何微小差异都被抹去。"
    ),
    "Over {over} the largest change keeps its size.": "经过 {over}，最大的变化大小不变。",
    "Over {over} the largest change is multiplied by {rate} a step on average (a finite-time"
    " Lyapunov exponent of {exponent}): it {does} in {steps} steps.": (
        "经过 {over}，最大的变化平均每步乘以 {rate}（有限时间李雅普诺夫指数 {exponent}）："
        "每 {steps} 步{does}。"
    ),
    "halves": "减半",
    "doubles": "加倍",
    # what it is made of
    "before": "之前",
    "{first} to {last}": "{first} 至 {last}",
    "{name}: {state} is computed anew at each step, so its content cannot be split by step.": (
        "{name}：{state} 每一步都重新计算，所以其内容无法按步区分。"
    ),
    "{name}: content of {state} in unit {unit}, by the step that wrote it": (
        "{name}：单元 {unit} 的 {state} 由哪些步写入"
    ),
    "{state} holds nothing at the end.": "最后 {state} 中什么也没有。",
    "At the end {state} is {held}; half of its content (by size) was written in the last step.": (
        "最后 {state} 为 {held}；按大小计，其中一半来自最后一步。"
    ),
    "At the end {state} is {held}; half of its content (by size) was written in the last {n}"
    " steps.": ("最后 {state} 为 {held}；按大小计，其中一半来自最后 {n} 步。"),
    # how open the gates stand
    "gate": "门",
    "mean": "平均",
    "half-life in steps": "半衰期（步）",
    "{name} has no gates.": "{name} 没有门。",
    "the gates of {name}": "{name} 的各个门",
    "How often each value from 0 to 1 occurs, over all units and steps": (
        "从 0 到 1 的各个值出现的频率，所有单元、所有时间步"
    ),
    "{middle} ({low} to {high} by unit)": "{middle}（各单元 {low} 至 {high}）",
}

# The keys of `lstm-viz gradients`.
_GRADIENT_KEYS = {
    "lstm-viz gradients, key by key": "lstm-viz gradients：按键一览",
    "previous step; in the views below: previous cell": "上一步；在以下各画面中：上一种细胞",
    "next step; in the views below: next cell": "下一步；在以下各画面中：下一种细胞",
    "the beginning": "开头",
    "the end: the full picture": "结尾：完整的画面",
    "the backward pass, from the loss": "反向传播，从损失开始",
    "switch between chain and curves": "在链与曲线之间切换",
    "curves": "曲线",
    "the next cell, for the views below": "下一种细胞（用于以下各画面）",
    "restart": "重新开始",
    "gates: gate values: mean, saturation (< 0.1, > 0.9), half-life": (
        "gates：门的值：平均、饱和度（< 0.1，> 0.9）、半衰期"
    ),
    "ledger: ∂(loss at t)/∂(state at k) for every pair t, k": (
        "ledger：∂(第 t 步的损失)/∂(第 k 步的状态)，每一对 t、k"
    ),
    "memory: the content of the state, by the step that wrote it": (
        "memory：状态的内容，按写入的时间步"
    ),
    "routes: ∂c_t/∂c_(t-1), path by path": "routes：∂c_t/∂c_(t-1)，逐条路径",
    "truncation: error of the weight gradient with truncated BPTT, by length k": (
        "truncation：截断的随时间反向传播下权重梯度的误差，按长度 k"
    ),
    "spectrum: growth of a small perturbation over k steps (singular values)": (
        "spectrum：微小扰动经过 k 步的增长（奇异值）"
    ),
}

# `lstm-viz model`.
_MODEL = {
    "{n} parameters read": "读入 {n} 个参数",
    "format": "格式",
    "layer": "层",
    "numbers": "参数个数",
    "what it is": "内容",
    "… and {n} more": "……以及另外 {n} 个",
    "not read": "未读入",
    "… and {n} more tensors": "……以及另外 {n} 个张量",
    "runs as": "运行顺序",
    "the same input through {framework}": "同一输入经过 {framework}",
    "largest difference": "最大差异",
    "They do not agree: {names}.": "二者不一致：{names}。",
    "Everything compared agrees within {tolerance}.": "所比较的部分在 {tolerance} 以内一致。",
    "‖∂L/∂h‖ at each step of {layer}, L = {loss}": "{layer} 各步的 ‖∂L/∂h‖，L = {loss}",
    "the sum of the last step's output": "最后一步输出之和",
    "its layer's output": "该层的输出",
    "its cell, unrolled": "展开的细胞",
    "here": "本程序",
    "The layer's own output has gradient 0 at {blind} of {steps} steps: what flows from step to"
    " step stays inside the layer.": (
        "{steps} 步中有 {blind} 步，该层自己的输出梯度为 0，因为步与步之间的梯度在层内流动。"
    ),
    "Here and unrolled: relative difference {apart}.": (
        "本程序与展开的细胞之间的相对差异：{apart}。"
    ),
}

_PRACTISE = {
    "exercise {k} of {n}, lesson {lesson}; {done} done": (
        "第 {k} 题（共 {n} 题），第 {lesson} 课；已完成 {done} 题"
    ),
    "{done} of {n} done": "已完成 {done} / {n}",
    "hint {k} of {n}": "提示 {k} / {n}",
    "exercises": "练习",
    "lesson": "课",
    "mark": "进度",
    "file": "文件",
    "why": "为什么",
    "next": "下一题",
    "hint": "提示",
    "check": "检查",
    "solution": "答案",
    "list": "列表",
    "all": "前后",
    "choose": "选择",
    "open": "打开",
    "close": "关闭",
    "done": "完成",
    "solution seen": "看过答案",
    "right": "正确",
    "not right": "不对",
    "not finished": "未完成",
    "a solution": "一个答案",
    "a solution: counts as seen, not as done": "一个答案：记为看过，不算完成",
    "n goes on to the next one.": "按 n 进入下一题。",
    "Write your answer into the file, and save it.": "把答案写进文件并保存。",
    "Press x again to see the solution: it then counts as seen, not as done.": (
        "再按一次 x 查看答案：这样记为看过，不算完成。"
    ),
    "Right.": "正确。",
    "Right: {names}.": "正确的有：{names}。",
    "Right: it returns what the run has.": "正确：返回值与运行结果一致。",
    "Right: with random weights it computes the same.": "正确：用随机权重计算，结果相同。",
    "Right on every sequence that was tried.": "正确：试过的每个序列都符合要求。",
    "Not {letter}.": "不是 {letter}。",
    "{why}": "{why}",
    "{error}": "{error}",
    "Line {n}: {error}": "第 {n} 行：{error}",
    "Nothing is filled in yet.": "还没有填写。",
    "Nothing is chosen yet.": "还没有选择。",
    "Nothing has been changed yet.": "还没有修改。",
    "Still open: line {lines}.": "还空着：第 {lines} 行。",
    "Still open: {names}.": "还空着：{names}。",
    "{n} of {all} are filled in, and right.": "已填 {n} / {all}，都正确。",
    "{name} = {value} is not what comes out.": "算出来的不是 {name} = {value}。",
    "Looking for the mistake.": "正在查找错误。",
    "This is what comes out with a mistake: {mistake}.": "有这个错误就会得到这些数：{mistake}。",
    "It computes what a cell does with this mistake: {mistake}.": (
        "它算的正是有这个错误的细胞：{mistake}。"
    ),
    "No single mistake that is known here gives this.": "没有哪个已知的单一错误会得到这些数。",
    "Fed {input}, {name} is {value} at step {step}, and {wanted} is wanted.": (
        "输入 {input} 时，第 {step} 步的 {name} 是 {value}，要求是 {wanted}。"
    ),
    "It runs, and is not the same: {name} is the first to differ, at step {step}.": (
        "可以运行，但结果不同：最先不同的是第 {step} 步的 {name}。"
    ),
    "On one unit, {name} comes to {value} there.": "只有一个单元时，此处 {name} 得 {value}。",
    "It cannot be run: {error}.": "无法运行：{error}。",
    "No line computes {name}.": "没有哪一行计算 {name}。",
    "{name} is not given: it is taken for a weight.": "{name} 没有给出，会被当作权重。",
    "{name} is given in another shape.": "给出的 {name} 是另一种形状。",
    "{name} is not carried from step to step here.": "{name} 在这里不会逐步传递。",
    "{name} is the first to differ.": "最先不同的是 {name}。",
    "{name} has shape {shape}; it should have {wanted}.": (
        "{name} 的形状是 {shape}，应当是 {wanted}。"
    ),
    "{one} and {other} are returned in the other order.": "{one} 与 {other} 返回的次序反了。",
    "It returns {n} arrays; wanted are {all}.": "它返回 {n} 个数组，要求的是 {all}。",
    "It was stopped after {n} seconds.": "{n} 秒后已停止。",
    "It ended without returning anything.": "它结束时没有返回任何结果。",
    "Your function is running.": "正在运行你的函数。",
    "Saved. Press c to run your function.": "已保存。按 c 运行你的函数。",
}

# What the program says in text, whole or clause by clause: see `Language.sentence`.
SENTENCES = {**{k: v for k, v in TITLES.items() if "{" not in k}, **MODELS, **TRAINING}

CHINESE: dict[str, str] = {
    **_ZOO,
    **_FIGURES,
    **_GRADIENTS,
    **_GRADIENT_KEYS,
    **_MODEL,
    **_LANDSCAPE,
    **_PROBLEMS,
    **_PRACTISE,
    **_SCREEN,
    **LESSONS,
    **CHECK,
    **SENTENCES,
    "; or ": "；或",
    **CHOSEN,
    **TITLES,
    **MEANINGS,
}
