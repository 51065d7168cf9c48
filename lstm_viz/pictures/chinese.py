"""The words of the screens and of the zoo in Chinese; `{…}` stands for what is put in.

Longer than other files: a catalogue is looked through as a whole, by whoever translates.
"""

_ZOO = {
    ": ": "：",
    "cells": "单元",
    "cell": "单元",
    "carries": "携带",
    "source": "出处",
    "shows": "显示",
    "{n} in the package; lstm-viz cells NAME shows one": (
        "共 {n} 种；lstm-viz cells NAME 显示其中一种"
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
    "derived from the above: dc is ∂loss/∂c, and += adds up what several equations send back": (
        "由上面的方程推导而来：dc 即 ∂损失/∂c，+= 把各方程传回的部分累加"
    ),
    "{formula} numbers: {numbers} for I = {inputs} inputs and H = {hidden} units, as below": (
        "共 {formula} 个数：当 I = {inputs} 个输入、H = {hidden} 个单元时为 {numbers} 个，如下"
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
    "[{names}], side by side": "[{names}]，左右并列",
}
_SCREEN = {
    # the top
    ", ": "，",
    "step": "时间步",
    "step {t}": "第 {t} 步",
    "step {t} of {n}": "第 {t} 步，共 {n} 步",
    "back at step {t} of {n}": "反向回到第 {t} 步，共 {n} 步",
    "forward": "前向",
    "backward": "反向",
    "unit {unit} of 0 to {last}": "单元 {unit}（0 至 {last}）",
    "{n} unit": "{n} 个单元",
    "{n} units": "{n} 个单元",
    "{n} input": "{n} 个输入",
    "{n} inputs": "{n} 个输入",
    "{n} step": "{n} 步",
    "{n} steps": "{n} 步",
    "{n} features": "{n} 个特征",
    "weights": "权重",
    "weight": "权重",
    "bias": "偏置",
    "input": "输入",
    "shown": "显示",
    "beware": "注意",
    "loss": "损失",
    "value": "数值",
    "gradient": "梯度",
    "share": "占比",
    "log": "对数",
    # sentences
    " With {source} = 0 it would be {value}.": " 若 {source} = 0，则为 {value}。",
    " {source} opened {gate}.": " {source} 打开了 {gate}。",
    " {source} shut {gate}.": " {source} 关闭了 {gate}。",
    "{name} is {value}.": "{name} 为 {value}。",
    "The gradient of the {name} is not a finite number.": "{name}的梯度不是有限数。",
    "The {name} is {value}.": "{name}为 {value}。",
    "The {name} ({meaning}) is {value}.": "{name}（{meaning}）为 {value}。",
    "The {state} {did} and {then}: it is now {now}.": "{state}{did}，{then}：现在是 {now}。",
    "keeps {share} of {before}": "保留 {before} 的 {share}",
    "multiplies {before} by {share}": "把 {before} 乘以 {share}",
    "adds {added}": "加上 {added}",
    "takes away {added}": "减去 {added}",
    "under 0.1 %": "不到 0.1 %",
    "over 99.9 %": "99.9 % 以上",
    "Nothing of the past is kept as it was.": "过去的状态没有任何部分原样保留。",
    "What will the {name} be? The next key shows it.": "{name}会是多少？再按一键揭晓。",
    "What will the gradient of the {name} be? The next key shows it.": (
        "{name}的梯度会是多少？再按一键揭晓。"
    ),
    "The {state}'s gradient is {here}; {on} goes back to {where}{ratio}.": (
        "{state}的梯度为 {here}；其中 {on} 传回{where}{ratio}。"
    ),
    "the initial state": "初始状态",
    "A little more of the {name} would not change the loss.": "{name}略微增大，损失不变。",
    "A little more of the {name} raises the loss {size} times as much.": (
        "{name}略微增大，损失随之增大，幅度为其 {size} 倍。"
    ),
    "A little more of the {name} lowers the loss {size} times as much.": (
        "{name}略微增大，损失随之减小，幅度为其 {size} 倍。"
    ),
    "{name} is not a finite number from step {t} on": "从第 {t} 步起，{name} 不是有限数",
    "The same step in two cells: {one} and {other}.": "同一时间步，两种单元：{one} 与 {other}。",
    "how the loss changes with {name}, and so for every name": (
        "损失随 {name} 的变化率，其余名称同理"
    ),
    "a sum of {count} products, and what it comes to": "{count} 个乘积之和，以及其结果",
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
    "forgotten": "遗忘",
    "grown": "增长",
    "written": "写入",
    "now": "现在",
    "{share} of it": "其中的 {share}",
    "times {share}": "乘以 {share}",
    # through time
    "The wiring of this cell needs a larger screen.": "画出这种单元的连线需要更大的屏幕。",
    "{name}, all units through time": "{name}，所有单元随时间的变化",
    "{name} by size, all units through time": "{name} 的大小，所有单元随时间的变化",
    "log of size, {low} to {high}": "大小的对数，从 {low} 到 {high}",
    "gradients through time, log of size, {low} to {high}": (
        "梯度随时间的变化，其大小的对数，从 {low} 到 {high}"
    ),
    "{n} products, weight · value": "{n} 个乘积，权重 · 数值",
    "one product, weight · value": "一个乘积，权重 · 数值",
    "No matrix meets a vector in {name}.": "{name} 中没有矩阵与向量的乘积。",
    # the keys
    "lstm-viz step, key by key": "lstm-viz step：按键一览",
    "keys": "按键",
    "one step back": "后退一步",
    "one step on": "前进一步",
    "one step back, one step on": "后退一步、前进一步",
    "the first step, the last step": "第一步、最后一步",
    "the line above, the line below": "上一行、下一行",
    "turn to the way back, and forward again": "转到反向传播，再按回到前向",
    "the next unit": "下一个单元",
    "more digits, or fewer again": "增加有效数字，到头则减少",
    "every product of a sum of products": "列出乘积之和的每一项",
    "the same step in another cell": "另一种单元的同一时间步",
    "predict: hide the next number until a key": "先猜后看：隐藏下一个数，按键揭晓",
    "play, or pause": "播放或暂停",
    "play slower, faster": "放慢或加快",
    "what if: the chosen number up, down": "假如：所选的数增大、减小",
    "what if: the chosen number is 0, is 1": "假如：所选的数为 0、为 1",
    "back to as it was": "恢复原来的值",
    "the next weight of the line, for + - 0 1": "该行的下一个权重，供 + - 0 1 改变",
    "move over a frame that is higher than the screen": "画面高于屏幕时上下移动",
    "these words; any key goes back": "本说明；按任意键返回",
    "quit": "退出",
    "line": "选行",
    "back": "反向",
    "play": "播放",
    "try": "试改",
    "help": "帮助",
    "more": "更多",
    "playing, {speed} a second": "播放中，每秒 {speed} 步",
    "What stands in the corner brings this frame back: --at {token}": (
        "用角落里的标记可以找回这一帧：--at {token}"
    ),
}

CHOSEN = {
    "write once, hold, release": "写入一次，保持，释放",
    "write, and lose about half at every step": "写入，每一步约失去一半",
    "count the ones": "数出 1 的个数",
    "write once, then lose half at every step": "写入一次，每步丢掉一半",
    "{source}; held: {holds}": "{source}；固定：{holds}",
    "what if {holds}": "假如 {holds}",
    "as it was": "原来的运行",
    "Where = stands, the number is held: it is not computed from what arrives there.": (
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
    "counter: {what}": "计数 counter：{what}",
    "forgetful: {what}": "健忘 forgetful：{what}",
    "impulse: 1, then zeros": "impulse：先是 1，然后全为 0",
    "echo: random signs, then equally many zeros, to echo them": (
        "echo：随机正负号，然后同样长的静默用来复述"
    ),
    "sine: a sine with a period of 12 steps": "sine：正弦，每周期 12 步",
    "damped-sine: a sine with a period of 12 steps, halved every period": (
        "damped-sine：正弦，每周期 12 步，幅度逐周期减半"
    ),
    "square: 4 steps of 1, then 4 of -1, repeated": "square：4 步 1，4 步 -1，如此往复",
    "noise: independent standard normal numbers": "noise：独立的正态随机数",
    "one character a step, one-hot over {letters}": "每步一个字符，独热编码：{letters}",
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
    "½ ({name} - target)² at the last step, gomez' own target {target}": (
        "最后一步 ½ ({name} - 目标)²，gomez 自带目标 {target}"
    ),
    "½ ({name} - target)² at every step, gomez' own target {target}": (
        "每一步 ½ ({name} - 目标)²，gomez 自带目标 {target}"
    ),
}

TITLES = {
    "{state} before": "之前的{state}",
    "candidate": "候选值",
    "candidate, before squashing": "压缩前的候选值",
    "candidate, before the tanh": "tanh 之前的候选值",
    "cell state": "细胞状态",
    "decay": "衰减率",
    "forget gate": "遗忘门",
    "forget gate, before the exponential": "指数之前的遗忘门",
    "forget gate, before the sigmoid": "sigmoid 之前的遗忘门",
    "hidden state": "隐藏状态",
    "input gate": "输入门",
    "input gate, before the exponential": "指数之前的输入门",
    "input gate, before the sigmoid": "sigmoid 之前的输入门",
    "normaliser": "归一化项",
    "output": "输出",
    "output gate": "输出门",
    "output gate, before the sigmoid": "sigmoid 之前的输出门",
    "pre-activation": "激活前的值",
    "reset gate": "重置门",
    "reset gate, before the sigmoid": "sigmoid 之前的重置门",
    "share kept": "保留比例",
    "share written": "写入比例",
    "stabiliser": "稳定项",
    "state": "状态",
    "the only gate, before the sigmoid": "sigmoid 之前的唯一的门",
    "update gate": "更新门",
    "update gate, before the sigmoid": "sigmoid 之前的更新门",
}

MEANINGS = {
    "a fading sum of the input, each unit at its own pace": "输入的渐隐之和，每个单元各有快慢",
    "a mixture of the states and of the input itself": "各状态与输入本身的混合",
    "how much of each state one step keeps, from 0 to 1": "一步之后每个状态保留多少，从 0 到 1",
    "how much of the candidate comes in": "候选值进入多少",
    "how much of the candidate to write": "候选值写入多少",
    "how much of the memory to keep": "记忆保留多少",
    "how much of the memory to show": "记忆显示多少",
    "how much of the past stays": "过去留下多少",
    "how much of the past the candidate sees": "候选值看到多少过去",
    "how much of the past to keep": "过去保留多少",
    "how much of the past to replace": "过去替换多少",
    "its claim on the memory": "它在记忆中要占的份额",
    "the input and the past, added up": "输入与过去相加",
    "the larger exponent, out of both gates": "较大的指数，从两个门中提出",
    "the memory": "记忆",
    "the memory, all of it shown": "记忆，全部显示",
    "the memory, squashed": "记忆，经过压缩",
    "the memory, which nothing erases": "记忆，没有任何东西会擦除它",
    "the sum of what the gates let in": "各门放入之量的总和",
    "what could be written": "可能写入的内容",
    "what could be written, from -2 to 2": "可能写入的内容，从 -2 到 2",
    "what could be written, not squashed": "可能写入的内容，未经压缩",
    "what could replace the past": "可能替换过去的内容",
    "what the cell shows and carries": "单元显示并传下去的内容",
    "what the rest of the network sees": "网络其余部分看到的内容",
    "what the rest of the network sees, not squashed": "网络其余部分看到的内容，未经压缩",
    "keeps what is not overwritten": "保留没有被改写的那部分",
}

# Pictures and films.
_FIGURES = {
    "every step": "每一步",
    "A wire is as wide as its number is large, faint near 0, broken below zero.": (
        "线越宽，数值越大；接近 0 时变淡，小于零时为虚线。"
    ),
    "The gradient goes back along the arrows. A wire is as wide as its share of it is large, faint"
    " near 0, broken below zero.": (
        "梯度沿箭头往回传。线越宽，它那一份梯度越大；接近 0 时变淡，小于零时为虚线。"
    ),
    "The gradient goes back along the arrows. A wire is as wide as the logarithm of its share of"
    " it, faint near the low end of the scale, broken below zero.": (
        "梯度沿箭头往回传。线宽取它那一份梯度的对数；接近刻度下端时变淡，小于零时为虚线。"
    ),
    "The scale is that of the whole run.": "整个运行使用同一刻度。",
    "A gate is a meter: it is filled as far as it is open.": "门是液位计：开多大就填多满。",
    "A gate lets the gradient through as far as it is filled.": ("门填多满，就放行多少梯度。"),
    "The gradient of the {name} is {value}.": "{name}的梯度是{value}。",
    "Forward: the input flows in, from step 1 to step {n}.": "前向：输入从第 1 步流到第 {n} 步。",
    "Backward: the gradient starts at the loss, at step {t}.": (
        "反向：梯度从第 {t} 步的损失出发。"
    ),
    "Backward: the loss is at an earlier step than step {t}.": "反向：损失在第 {t} 步之前。",
    "Backward: the gradient is at step {t}, {lag} back from the loss.": (
        "反向：梯度到了第 {t} 步，离损失 {lag}。"
    ),
    "The state at each step, over its largest": ("每一步的状态，除以最大者"),
    "The gradient at each step, logarithmic": ("每一步的梯度，对数"),
    "What is left of the gradient": "梯度还剩多少",
}

# `lstm-viz gradients`.
_GRADIENTS = {
    "gradients": "梯度",
    "the median of {n} runs": "{n} 次运行的中位数",
    "The gradient, over that at the last step": "梯度，除以最后一步的梯度",
    "{back} the gradient is gone in {lines}.": "{back}，梯度在 {lines} 中消失了。",
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
    "This is said of the last step's loss; drawn is that of all.": (
        "这里说的是最后一步的损失；画的是所有步的损失。"
    ),
    "Step {t}: the loss is at an earlier step.": "第 {t} 步：损失在更早的一步。",
    "Step {t}, {lag} back from the loss. The gradient, over that at the loss: {parts}.": (
        "第 {t} 步，离损失 {lag} 步。梯度与损失处梯度之比：{parts}。"
    ),
    "Step {t}, {lag} back. The gradient of all losses, over that at the last step: {parts}.": (
        "第 {t} 步，往回 {lag} 步。所有损失的梯度与最后一步梯度之比：{parts}。"
    ),
    "How much of the memory one step keeps, 0 to 1, the mean over the units": (
        "一步之后记忆保留多少，从 0 到 1，各单元的平均"
    ),
    "How much of the memory one step keeps, 0 to 1, the mean over the units, first run": (
        "一步之后记忆保留多少，从 0 到 1，各单元的平均，第一次运行"
    ),
    "{name}: {outcome}{verdict}{keeps}": "{name}：{outcome}{verdict}{keeps}",
    "no gradient reaches it at all": "没有任何梯度传到这里",
    "The loss looks at the first step alone, so nothing goes back.": (
        "损失只看第一步，所以没有梯度往回传。"
    ),
    "the loss looks at its first step alone, so nothing goes back": (
        "损失只看它的第一步，因此没有梯度往回传"
    ),
    "after {steps} nothing is left": "{steps}之后梯度全部消失",
    "after {steps} the gradient is not a finite number": "{steps}之后梯度不是有限数",
    "after {steps} the gradient is {part} times as large": "{steps}之后梯度是原来的 {part} 倍",
    "after {steps} {part} of the gradient is left": "{steps}之后梯度还剩 {part}",
    "after {steps} less than {part} of the gradient is left": "{steps}之后梯度剩下不到 {part}",
    ": it {verdict}": "：{verdict}",
    ": it {verdict} (in all {runs} runs)": "：{verdict}（{runs} 次运行都如此）",
    ": in the median it {verdict} (of {runs} runs: {counts})": (
        "：中位数{verdict}（共 {runs} 次：{counts}）"
    ),
    "vanishes": "梯度消失",
    "fades": "梯度减弱",
    "holds": "梯度保持",
    "grows": "梯度增长",
    "explodes": "梯度爆炸",
    ".": "。",
    "; all of the memory is kept at each step.": "；每一步都保留全部记忆。",
    "; ": "；",
    "; in the first run ": "；第一次运行中",
    "{start}by {gate} half of the memory is gone {middle}.": (
        "{start}由于 {gate}，记忆{middle}只剩一半。"
    ),
    "{start}by {gate} half of the memory is gone {middle} in the median unit, {longest} in"
    " the one that holds longest.": (
        "{start}由于 {gate}，居中的单元的记忆{middle}只剩一半，保持最久的单元{longest}。"
    ),
    "at no step": "在任何一步都不会",
    "within a step": "不到一步就",
    "after {steps} steps": "{steps} 步之后",
    # each loss apart
    "no loss reaches this state": "没有损失传到这个状态",
    "{name}: the gradient of each step's loss by {state} before": (
        "{name}：每一步的损失对此前各步 {state} 的梯度"
    ),
    "loss {t}": "损失 {t}",
    "More than a hundredth of this loss reaches the first step.": (
        "这个损失的梯度有百分之一以上传到第一步。"
    ),
    "After {steps} steps less than a hundredth of this loss is left.": (
        "{steps} 步之后，这个损失的梯度只剩不到百分之一。"
    ),
    "Of each of the {losses} losses more than a hundredth reaches the first step.": (
        "{losses} 个损失的梯度都有百分之一以上传到第一步。"
    ),
    " {count} more have a gradient that is not finite.": "另有 {count} 个损失的梯度不是有限数。",
    "Of {whole} of the {losses} losses more than a hundredth reaches the first step.": (
        "{losses} 个损失中有 {whole} 个，其梯度有百分之一以上传到第一步。"
    ),
    "After {steps} steps less than a hundredth of a loss (the median of {losses}) is left.": (
        "{steps} 步之后，一个损失（{losses} 个的中位数）的梯度只剩不到百分之一。"
    ),
    # by which routes
    "{state} does not reach its own next step": "{state} 不影响自己的下一步",
    "all together": "合计",
    "{name}: how strongly {state} acts on the next one, route by route (norm, median step)": (
        "{name}：{state} 对下一步自身的作用有多强，逐条路径（范数，中位的一步）"
    ),
    "by which route the gradient of {state} came back": "{state} 的梯度从哪条路径传回",
    "straight, times {gate}": "直接传递，乘以 {gate}",
    "through {past} into the {gate}": "经 {past} 进入{gate}",
    "only gate": "唯一的门",
    "This is the only route.": "这是唯一的路径。",
    "The norms of the paths add up to {alone}; the norm of their sum is {total}.": (
        "各条路径的范数之和为 {alone}，而它们之和的范数为 {total}。"
    ),
    # over more and more steps
    "largest": "最大",
    "middle": "中间",
    "bound": "上界",
    "k steps": "k 步",
    "error": "误差",
    "no truncation to measure here": "此处无截断可量",
    "{name}: error of the weights' gradient, truncated after k steps": (
        "{name}：每 k 步截断时权重梯度的误差"
    ),
    "Of these lengths none keeps the error below a tenth; the sequence has {steps} steps.": (
        "这些长度中，没有一个使误差低于十分之一；序列共 {steps} 步。"
    ),
    "From pieces of {shortest} steps on the error is at most a tenth; the sequence has {steps}"
    " steps.": "从每段 {shortest} 步起，误差不超过十分之一；序列共 {steps} 步。",
    "effective rank": "有效秩",
    "{name}: by what a change of the states is multiplied over k steps": (
        "{name}：状态的微小变化经过 k 步被放大的倍数（奇异值）"
    ),
    "The bound is ({gamma} σ₁)ᵏ with σ₁ of {matrix} = {sigma}, {so} (Pascanu et al. 2013).": (
        "上界为 ({gamma} σ₁)ᵏ，{matrix} 的 σ₁ = {sigma}，{so}（Pascanu 等，2013）。"
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
    "{name}: {state} is computed anew at each step, so nothing is kept apart in it.": (
        "{name}：{state} 每一步都重新计算，所以其中无法区分写入的先后。"
    ),
    "{name}: what {state} of unit {unit} is made of, by the steps that wrote it": (
        "{name}：单元 {unit} 的 {state} 由哪些步写入"
    ),
    "{state} holds nothing at the end.": "最后 {state} 中什么也没有。",
    "At the end {state} is {held}; half of what is in it, by size, is from the last step.": (
        "最后 {state} 为 {held}；按大小计，其中一半来自最后一步。"
    ),
    "At the end {state} is {held}; half of what is in it, by size, is from the last {n} steps.": (
        "最后 {state} 为 {held}；按大小计，其中一半来自最后 {n} 步。"
    ),
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
    "one step earlier in time": "时间上早一步",
    "one step later in time": "时间上晚一步",
    "the beginning": "开头",
    "the end: the whole picture": "结尾：完整的画面",
    "the way back, from the loss": "反向，从损失开始",
    "strips and curves, or the chain": "条带与曲线，或链",
    "curves": "曲线",
    "the next cell, in what follows": "下一种细胞（用于以下各项）",
    "restart": "重新开始",
    "gates: how open the gates stand, and whether they are stuck": (
        "gates：各个门开得多大，是否饱和"
    ),
    "ledger: every step's loss by every step before, apart": (
        "ledger：每一步的损失对此前每一步，分别列出"
    ),
    "memory: what the state is made of, by when it was written": (
        "memory：状态由什么组成，按写入的时间"
    ),
    "routes: by which ways the state acts on the next one": "routes：状态经由哪些路径影响下一步",
    "truncation: error of the weights' gradient if it is cut into pieces of k steps": (
        "truncation：每 k 步截断时权重梯度的误差"
    ),
    "spectrum: singular values over more and more steps": "spectrum：越来越多步的奇异值",
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
    "What is compared agrees to within {tolerance}.": "所比较的部分在 {tolerance} 以内一致。",
    "‖∂L/∂h‖ at each step of {layer}, L = {loss}": "{layer} 各步的 ‖∂L/∂h‖，L = {loss}",
    "the sum of the last step's output": "最后一步输出之和",
    "its layer's output": "该层的输出",
    "its cell, unrolled": "展开的细胞",
    "here": "本程序",
    "The layer's own output shows 0 at {blind} of {steps} steps, since what flows from step to step"
    " stays inside it. Here and unrolled: relative difference {apart}.": (
        "{steps} 步中有 {blind} 步，该层自己的输出显示梯度为 0，因为步与步之间的梯度在层内流动。"
        " 本程序与展开的细胞之间的相对差异：{apart}。"
    ),
}

CHINESE: dict[str, str] = {
    **_ZOO,
    **_FIGURES,
    **_GRADIENTS,
    **_GRADIENT_KEYS,
    **_MODEL,
    **_PROBLEMS,
    **_SCREEN,
    **CHOSEN,
    **TITLES,
    **MEANINGS,
}
