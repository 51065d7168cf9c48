"""The Chinese for what a training says: its facts, its lines, its ending, its screen.

Looked up by `Language.sentence`: a gap of one letter is a number. Longer than other files: a
catalogue is looked through as a whole, by whoever translates.
"""

from __future__ import annotations

_COUNTED = {
    "unit": "{n} 个单元",
    "layer": "{n} 层",
    "weight": "{n} 个权重",
    "step": "{n} 步",
    "update": "{n} 次更新",
    "epoch": "{n} 轮",
    "row": "{n} 行",
    "column": "{n} 列",
    "run": "{n} 次运行",
    "prediction": "{n} 次预测",
    "command": "{n} 条命令",
}
COUNTS = {f"{{n}} {word}{s}": words for word, words in _COUNTED.items() for s in ("", "s")}

TRAINING = {
    **COUNTS,
    # facts
    "note": "注意",
    "network": "网络",
    "cell": "细胞",
    "loss": "损失",
    "training": "训练",
    "source": "出处",
    "data": "数据",
    "windows": "窗口",
    "recipes": "配方",
    "tasks": "任务",
    "seed {n}": "种子 {n}",
    "{start} initialisation": "{start} 初始化",
    "forget bias {b}": "遗忘门偏置 {b}",
    "forget bias {bias}": "遗忘门偏置 {bias}",
    "two biases per gate as in PyTorch": "每个门两个偏置（与 PyTorch 相同）",
    "norm clipped at {n}": "梯度范数裁剪到 {n}",
    "values clipped at ±{n}": "梯度各分量裁剪到 ±{n}",
    "{name} at {n}": "{name}，学习率 {n}",
    "batches of {n}": "每批 {n} 个",
    "in batches of {n}": "每批 {n} 个",
    "at most {n} update": "最多 {n} 次更新",
    "at most {n} updates": "最多 {n} 次更新",
    "at most {n} epoch (until {k} without a lower smoothed loss)": (
        "最多 {n} 轮（{k} 轮内平滑损失不再下降即停止）"
    ),
    "at most {n} epochs (until {k} without a lower smoothed loss)": (
        "最多 {n} 轮（{k} 轮内平滑损失不再下降即停止）"
    ),
    "carried on after {what}": "从{what}之后继续",
    "clipping never acted in {what}": "{what}中梯度裁剪从未起作用",
    "{what} in batches of {n}": "{what}，每批 {n} 个",
    "{what} of {n} sequences in batches of {b}": "{what}，每轮 {n} 个序列，每批 {b} 个",
    "{n} epoch of {k}": "{n} 轮，每轮 {k} 个序列",
    "{n} epochs of {k}": "{n} 轮，每轮 {k} 个序列",
    "{n} row each": "每个 {n} 行",
    "{n} rows each": "每个 {n} 行",
    "{n} to train and {k} to test": "{n} 个用于训练，{k} 个用于测试",
    "in temporal order": "按时间顺序",
    "in the order of the file": "按文件中的顺序",
    "taken for that of time (no dates found)": "视为时间顺序（未找到日期）",
    "standard scaler": "标准化缩放",
    "minmax scaler": "最小最大缩放",
    "standard scaler (minmax for the target)": "标准化缩放（目标用最小最大缩放）",
    "minmax scaler (standard for the target)": "最小最大缩放（目标用标准化缩放）",
    "fitted on the training part only": "只用训练部分拟合",
    "mean squared error": "均方误差",
    "mean absolute error": "平均绝对误差",
    "cross-entropy in nats": "交叉熵（单位：nat）",
    "binary cross-entropy in nats": "二元交叉熵（单位：nat）",
    "Small-scale demonstration, not a replication of the paper's figures": (
        "小规模演示，并非复现论文中的数字"
    ),
    "A small-scale demonstration of the tutorial's system, not a replication of its figures": (
        "教程中系统的小规模演示，并非复现其数字"
    ),
    "The input is one row, so there is nothing to remember: try --window 10": (
        "输入只有一行，没有可记忆的内容：试试 --window 10"
    ),
    "stand-in data, not the tutorial's: {what}. No clean copy of the tutorial's data may be"
    " redistributed; give your own with --csv FILE": (
        "替代数据，并非教程的数据：{what}。教程的数据不可再分发；用 --csv FILE 给出你自己的数据"
    ),
    "stand-in data": "替代数据",
    "{columns} of {n} row to the next row's {name}": "由 {n} 行的 {columns} 预测下一行的 {name}",
    "{columns} of {n} rows to the next row's {name}": "由 {n} 行的 {columns} 预测下一行的 {name}",
    "{columns} of {n} row to the last one's {name}": "由 {n} 行的 {columns} 预测该行的 {name}",
    "{columns} of {n} rows to the last one's {name}": "由 {n} 行的 {columns} 预测最后一行的 {name}",
    "{n} steps of a damped sine to the next {k}": "由衰减正弦的 {n} 步预测接下来的 {k} 步",
    "{n} step of a damped sine to the next {k}": "由衰减正弦的 {n} 步预测接下来的 {k} 步",
    "{name} of {n} unit": "{name}，{n} 个单元",
    "{name} of {n} units": "{name}，{n} 个单元",
    "{n} and {k} units": "{n} 和 {k} 个单元",
    "{name} of {what} units": "{name}，{what} 个单元",
    "{what} units": "{what} 个单元",
    "dropout {n}": "随机失活 {n}",
    "½ + ½ sin(2πt / period) e^(-decay t), period 10 to 20, decay 0.01 to 0.1, newly generated": (
        "½ + ½ sin(2πt / 周期) e^(-衰减率 t)，周期 10 至 20，衰减率 0.01 至 0.1，随机生成"
    ),
    "{columns} of {n} row to its {name}": "由 {n} 行的 {columns} 预测该行的 {name}",
    "{columns} of {n} rows to its {name}": "由 {n} 行的 {columns} 预测该行的 {name}",
    "{one} and {two}": "{one} 和 {two}",
    # tasks
    "add the two marked numbers": "把两个有标记的数相加",
    "is the number of ones so far odd?": "到目前为止 1 的个数是奇数吗？",
    "the sum of all numbers so far": "到目前为止所有数之和",
    "the simplest use of a memory": "记忆最简单的用法",
    "the bit from a quarter of the sequence earlier": "序列四分之一长度之前的那一位",
    "a delay line": "延迟线",
    "which of two sequences began, long ago?": "很久以前开头的是两个序列中的哪一个？",
    "in which order did X and Y appear among the distractors?": (
        "X 与 Y 以什么顺序出现在干扰符号之间？"
    ),
    "ten letters, a delay, then the ten letters again": "十个字母，一段延迟，再重复这十个字母",
    "the next symbol of embedded Reber strings, whose ends agree": (
        "嵌入式 Reber 串的下一个符号，其首尾一致"
    ),
    "the next character of Alice in Wonderland": "《爱丽丝漫游奇境》的下一个字符",
    "its last tenth is for tests only": "其最后十分之一只用于测试",
    "on text it was not trained on loss {a} (baseline {b})": "在未训练的文本上损失 {a}（基线 {b}）",
    "Sampled from its probabilities, character by character, after its first six: {given}": (
        "按其概率逐字符取样，接在开头六个字符之后：{given}"
    ),
    "always {n}": "总是 {n}",
    "{n} before the echo": "回显之前为 {n}",
    "then {n}": "之后为 {n}",
    "one of four at random": "四者中随机取一",
    "blank, then a random letter": "空白，然后是随机字母",
    "T and P equally likely before the end": "结尾之前 T 与 P 等可能",
    "frequency of each character given the one before": "给定前一字符时各字符的频率",
    "experiment {n}": "实验 {n}",
    "experiment {n}a": "实验 {n}a",
    "exp. {n}": "实验 {n}",
    "modern form": "现代形式",
    "this form": "此形式",
    "the last value repeated": "重复最后一个值",
    "baseline {n}": "基线 {n}",
    # lines and endings
    "update": "更新",
    "epoch": "轮",
    "update {n}": "更新 {n}",
    "epoch {n}": "轮 {n}",
    "loss {n}": "损失 {n}",
    "loss {a} gradient norm {b}": "损失 {a} 梯度范数 {b}",
    "gradient norm {n}": "梯度范数 {n}",
    "gradient norm {a} {b} updates/s": "梯度范数 {a} 每秒更新 {b} 次",
    "{n} updates/s": "每秒更新 {n} 次",
    "clipped {n}": "裁剪 {n} 次",
    "last close {a}": "最后收盘价 {a}",
    "predicted {n}": "预测 {n}",
    "right {n} %": "正确 {n}%",
    "{n} % right": "正确 {n}%",
    "{n} %": "{n}%",
    "{n} s": "{n} 秒",
    "{a} updates {b} s": "{a} 次更新 {b} 秒",
    "{a} update {b} s": "{a} 次更新 {b} 秒",
    "solved": "已解决",
    "not solved": "未解决",
    "diverged": "已发散",
    "solved after {n} updates": "已解决，{n} 次更新之后",
    "solved after {n} update": "已解决，{n} 次更新之后",
    "not solved after {n} updates": "未解决，{n} 次更新之后",
    "not solved after {n} update": "未解决，{n} 次更新之后",
    "diverged after {n} updates": "已发散，{n} 次更新之后",
    "diverged after {n} update": "已发散，{n} 次更新之后",
    "on fresh sequences {n} % right": "在新序列上正确率 {n}%",
    "on fresh sequences loss {a} (baseline {b})": "在新序列上损失 {a}（基线 {b}）",
    "loss {a} (baseline {b})": "损失 {a}（基线 {b}）",
    "it writes: {given}": "它写道：{given}",
    "it writes": "它写道",
    "The loss jumped: at update {n} it was {a}, {b} times its running mean before that, {c}.": (
        "损失曾跳升：第 {n} 次更新时为 {a}，是此前滑动平均 {c} 的 {b} 倍。"
    ),
    "Try {given}. The cell {name} is known to solve this task, with all else at its default.": (
        "试试 {given}。已知在其余设置取默认时，{name} 能解决此任务。"
    ),
    "Try {given}: the time constants of the memory then reach up to {n} steps. The cell {name} with"
    " {option} is known to solve this task, with all else at its default.": (
        "试试 {given}：记忆的时间常数便可达到 {n} 步。已知在其余设置取默认时，{name} 加上 {option} 能解决此任务。"
    ),
    "number": "数",
    "marker": "标记",
    "bit": "位",
    "stopped after {what}; what was learned is kept": "在{what}之后停止；已学到的内容保留",
    "stopping": "正在停止",
    "stopped in the first update: nothing was learned": "在第一次更新中停止：什么也没有学到",
    "stopped before all had ended": "在全部结束之前停止",
    "stopped after {k} of {n} runs": "在 {n} 次运行中的 {k} 次之后停止",
    "stopped early, after epoch {k} of {n}: no lower smoothed loss for {what}": (
        "提前停止：共 {n} 轮，在第 {k} 轮之后；平滑损失已有{what}没有下降"
    ),
    "saved {path} after {what}": "已保存 {path}（{what}之后）",
    "saved {path}": "已保存 {path}",
    "This is more than a slide shows, so it is a page: --at STEP shows one step on a slide": (
        "内容超出一张幻灯片，因此是一整页：--at STEP 在一张幻灯片上显示一个时间步"
    ),
    "This is more than a slide shows: ask for fewer parts or --cells": (
        "内容超出一张幻灯片：请减少要显示的部分或 --cells"
    ),
    "{path} was not written": "{path} 未写入",
    "{error}; trying again later": "{error}；稍后重试",
    "{n} of {k} diverged": "{k} 次中有 {n} 次发散",
    "seed {n}: mean absolute error {a} on 1,000 fresh sequences, {b} s (persistence {c})": (
        "种子 {n}：在 1,000 个新序列上平均绝对误差 {a}，{b} 秒（朴素预测 {c}）"
    ),
    "Test RMSE: {name} {a}, persistence (tomorrow = today) {b}. {winner} wins": (
        "测试集 RMSE：{name} {a}，朴素预测（明天 = 今天）{b}。胜者：{winner}"
    ),
    "Persistence": "朴素预测",
    "window {n}": "窗口 {n}",
    "These rows are far from those it was trained on: scaled like those they reach {a}": (
        "这些行远离训练所用的行：同样缩放后达到 {a}"
    ),
    "{name} after the last row: {a} predicted; the last one is {b} (persistence)": (
        "最后一行之后的 {name}：预测 {a}；最后一个值为 {b}（朴素预测）"
    ),
    "{name} after {what}: {a} predicted; the last one is {b} (persistence)": (
        "{what} 之后的 {name}：预测 {a}；最后一个值为 {b}（朴素预测）"
    ),
    "training diverged at update {n}: {what} (loss {a}, gradient norm {b}; the norm before was"
    " {c})": "训练在第 {n} 次更新时发散：{what}（损失 {a}，梯度范数 {b}；之前的范数为 {c}）",
    "training diverged at update {n}: {what} (loss {a}, gradient norm {b})": (
        "训练在第 {n} 次更新时发散：{what}（损失 {a}，梯度范数 {b}）"
    ),
    "The weights are those of the update before": "权重为前一次更新后的值",
    "training diverged: the loss grew from {a} to {b}": "训练发散：损失从 {a} 增大到 {b}",
    "Try a learning rate of {a} instead of {b}, or a tighter clip": (
        "试试学习率 {a}（现为 {b}），或更严的梯度裁剪"
    ),
    "Try a learning rate of {a} instead of {b}, or clipping (--clip-norm 1)": (
        "试试学习率 {a}（现为 {b}），或梯度裁剪（--clip-norm 1）"
    ),
    "the gradient of {name} is not finite": "{name} 的梯度不是有限数",
    "the output of layer {name} is not finite": "{name} 层的输出不是有限数",
    "the loss is not finite": "损失不是有限数",
    # the screen and the pictures
    "Loss": "损失",
    "batch": "批次",
    "running mean": "滑动平均",
    "baseline": "基线",
    "truth": "真值",
    "predicted": "预测",
    "true": "真值",
    "steps back": "往回的步数",
    "{formula} by distance from the last step": "{formula}，按到最后一步的距离",
    "loss on this sequence": "该序列的损失",
    "after {n} update": "{n} 次更新之后",
    "after {n} updates": "{n} 次更新之后",
    "{k} of {n} units": "{n} 个单元中的 {k} 个",
    "those that change most": "变化最大者",
    "units {a} to {b} of {n}": "单元 {a} 至 {b}，共 {n} 个",
    "← right": "← 正确",
    "probability of the right symbol": "正确符号的概率",
    "probability of each answer": "各答案的概率",
    "truth and prediction": "真值与预测",
    "test part": "测试部分",
    "all rows": "全部各行",
    "the test part begins at the dashed line": "虚线处开始测试部分",
    "the last {n} of the test part": "测试部分的最后 {n} 个",
    "a fresh sequence": "一个新序列",
    "from step {n}": "从第 {n} 步起",
    "and the next 5": "以及接下来的 5 个值",
    "day": "日",
    "Errors, sorted": "误差，从小到大",
    "error": "误差",
    "rank": "名次",
    "Smoothed loss: median seed of each": "平滑损失：各取居中的种子",
    "updates (median)": "更新次数（中位数）",
    "seconds": "秒",
    "right": "正确",
    "never": "从未",
    "seeds": "种子数",
    "RMSE (median)": "RMSE（中位数）",
    "MAE (median)": "MAE（中位数）",
    "lowest to highest": "最小至最大",
    "fewest to most": "最少至最多",
    "seed by seed": "逐个种子",
    "persistence": "朴素预测",
    "{a} to {b}": "{a} 至 {b}",
    "unit {n}": "单元 {n}",
    "step": "时间步",
    "mended": "修正后",
    "the one seed that was run": "所运行的一个种子",
    "all {n} seeds": "全部 {n} 个种子",
    "{n} seed": "{n} 个种子",
    "{n} seeds": "{n} 个种子",
    "{given} beats {name} on {n} of {what}: no verdict.": (
        "{given} 在{what}中的 {n} 个上胜过 {name}：没有定论。"
    ),
    "{given} beats {name} on {what}.": "{given} 在{what}上胜过 {name}。",
    "Persistence (tomorrow = today, {n}) beats every run.": (
        "朴素预测（明天 = 今天，{n}）胜过所有运行。"
    ),
    "Every run beats persistence (tomorrow = today, {n}).": (
        "所有运行都胜过朴素预测（明天 = 今天，{n}）。"
    ),
    "{k} of {a} runs beat persistence (tomorrow = today, {n}).": (
        "{a} 次运行中有 {k} 次胜过朴素预测（明天 = 今天，{n}）。"
    ),
    "The tutorial, with two layers, says about 0.02.": "教程用两层，称约为 0.02。",
    "stopped in the run of {name}, seed {n}": "在 {name} 种子 {n} 的运行中停止",
    "test RMSE {a}": "测试集 RMSE {a}",
    "{n} diverged": "{n} 次发散",
    "{given} as given; tests begin at the dashed line": "{given}，原始数据；虚线处开始测试",
    "{given} of all rows; tests begin at the dashed line": "{given}，全部各行；虚线处开始测试",
    "{given}, the last {n} rows of the test part": "{given}，测试部分的最后 {n} 行",
    "return_sequences, in numbers: {name} has an output at each of {n} steps; all of them go on to"
    " the next layer. return_sequences=True: {given}, all rows; False: {formula}, the row of step"
    " {t}.": (
        "return_sequences 的数值：{name} 在 {n} 步的每一步都有输出；全部传给下一层。"
        "return_sequences=True：{given}，所有行；False：{formula}，第 {t} 步那一行。"
    ),
    "return_sequences, in numbers: {name} has an output at each of {n} steps; here the last alone"
    " goes on. return_sequences=True: {given}, all rows; False: {formula}, the row of step {t}.": (
        "return_sequences 的数值：{name} 在 {n} 步的每一步都有输出；这里只传出最后一步。"
        "return_sequences=True：{given}，所有行；False：{formula}，第 {t} 步那一行。"
    ),
    "a sine of period 15, and damped by e^(-0.055 t)": "周期为 15 的正弦，及其乘以 e^(-0.055 t)",
    "five sequences: {n} steps, and after the dashed line the next {k}": (
        "五个序列：{n} 步，虚线之后是接下来的 {k} 步"
    ),
    "sine": "正弦",
    "damped": "衰减",
    "shapes": "形状",
    "inputs {inputs}, targets {targets} to train on": "训练：输入 {inputs}，目标 {targets}",
    "inputs {inputs}, targets {targets} to test on": "测试：输入 {inputs}，目标 {targets}",
    "{n} rows": "{n} 行",
    "row": "行",
    # a tutorial's graph as it is written
    "{n} days of raw prices as one sequence": "{n} 天的原始价格作为一个序列",
    "all closes off the last hidden state": "所有收盘价都由最后的隐藏状态得出",
    "the mean of all closes for each day": "每天都取所有收盘价的平均",
    "Each day's input is the mean of its prices, not scaled; nothing is kept back as a test.": (
        "每天的输入是当天价格的平均，不缩放；没有留出测试部分。"
    ),
    "every one of {n} predictions with every one of {k} closes, since the tutorial subtracts ({a},"
    " 1) from (1, {b})": (
        "{n} 个预测中的每一个与 {k} 个收盘价中的每一个相比，因为教程从 (1, {b}) 减去 ({a}, 1)"
    ),
    "stand-in data, not the tutorial's, times a constant so that the mean close is {n}: {what}."
    " Give your own with --csv FILE.": (
        "替代数据，并非教程的数据，乘以常数使平均收盘价为 {n}：{what}。"
        "用 --csv FILE 给出你自己的数据。"
    ),
    "{name} alone {a} last close {b}": "仅 {name} {a} 最后收盘价 {b}",
    "{name} alone {a}": "仅 {name} {a}",
    "{given} of the year it was trained on": "训练所用那一年的 {given}",
    "mean price": "平均价格",
    "what the cost does not show": "代价没有显示的",
    "gradient norm": "梯度范数",
    "dense layer": "全连接层",
    "The last hidden state has changed by {a} at most since update {n}.": (
        "自第 {n} 次更新以来，最后的隐藏状态最多改变了 {a}。"
    ),
    "The last hidden state has changed by {a} at most since update {n}: since then only the dense"
    " layer has learned.": (
        "自第 {n} 次更新以来，最后的隐藏状态最多改变了 {a}：此后只有全连接层在学习。"
    ),
    "The norm of the gradient by the weights of the {name} is less than {a} of the dense layer's.": (
        "对 {name} 权重的梯度的范数不到全连接层的 {a}。"
    ),
    "All {n} predictions are {a}, the closes lie between {c} and {d}: each prediction is compared"
    " with every close, so that the mean of all closes, {e}, is the best answer for each day, at a"
    " cost of {f}.": (
        "{n} 个预测都是 {a}，收盘价在 {c} 与 {d} 之间：每个预测都与所有收盘价相比，"
        "所以对每一天，所有收盘价的平均 {e} 都是最佳答案，代价为 {f}。"
    ),
    "The {n} predictions lie between {a} and {b}, the closes between {c} and {d}: each prediction"
    " is compared with every close, so that the mean of all closes, {e}, is the best answer for"
    " each day, at a cost of {f}.": (
        "{n} 个预测在 {a} 与 {b} 之间，收盘价在 {c} 与 {d} 之间：每个预测都与所有收盘价相比，"
        "所以对每一天，所有收盘价的平均 {e} 都是最佳答案，代价为 {f}。"
    ),
    "RMSE on the last {n} days": "最后 {n} 天的 RMSE",
    "trained on them": "以其训练",
    "as written": "照原样",
    "yes": "是",
    "no": "否",
    "persistence (tomorrow = today)": "朴素预测（明天 = 今天）",
    "The mended version wins": "修正后的版本胜出",
    "The graph as written wins": "照原样的图胜出",
    "Persistence wins": "朴素预测胜出",
    "shut": "关闭",
    "open": "打开",
    "between": "居中",
    "gate": "门",
    "run": "运行",
    "seed": "种子",
    "updates": "更新次数",
    "loss, smoothed": "损失（平滑）",
    "learning": "训练中",
    "starting": "启动中",
    "waiting": "等待中",
    "{k} of {n}": "第 {k} 个，共 {n} 个",
    "learned": "训练完毕",
    "in the first update": "正在进行第一次更新",
    "{n} updates/s, {t} left at most": "每秒更新 {n} 次，至多还需 {t}",
    "train": "训练",
    "back and forth through what was seen": "在看过的内容中前后移动",
    "seek": "移动",
    "the first look, and the last": "第一次与最后一次",
    "step through this sequence with the weights shown": "用此刻的权重逐步查看这个序列",
    "the gradient by distance, or the cell again": "按距离的梯度，或回到细胞",
    "other units": "其他单元",
}
