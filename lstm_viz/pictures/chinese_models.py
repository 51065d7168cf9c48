"""The Chinese for what is said of models' files, their input and loss, data sets and tables.

Looked up by `Language.sentence`: a gap of one letter is a number. Longer than other files: a
catalogue is looked through as a whole, by whoever translates.
"""

from __future__ import annotations

DATA = {
    "name": "名称",
    "size": "大小",
    "licence": "许可",
    "description and source": "说明与出处",
    "public domain": "公有领域",
    "{n} characters": "{n} 个字符",
    "IBM shares a trading day, 2000 to 2013: open, high, low, close, adjusted, volume": (
        "IBM 股票每个交易日，2000 至 2013 年：开盘、最高、最低、收盘、复权、成交量"
    ),
    "IBM shares a trading day, 2000 to 2013": "IBM 股票每个交易日，2000 至 2013 年",
    "sunspots a year, 1700 to 2008": "每年太阳黑子数，1700 至 2008 年",
    "airline passengers a month in thousands, 1949 to 1960": (
        "每月航空旅客数（千人），1949 至 1960 年"
    ),
    "carbon dioxide at Mauna Loa a week in ppmv, 1958 to 2001 (59 gaps filled: measured = 0)": (
        "冒纳罗亚每周二氧化碳浓度（ppmv），1958 至 2001 年（59 处空缺已填补：measured = 0）"
    ),
    "Lewis Carroll, Alice's Adventures in Wonderland, chapters 1 to 3": (
        "刘易斯·卡罗尔，《爱丽丝漫游奇境》第 1 至 3 章"
    ),
}

INPUT = {
    "{what}; the first {k} of {n} steps": "{what}；{n} 步中的前 {k} 步",
    "noise, {n} steps (no --input)": "噪声，{n} 步（没有 --input）",
    "{n} random words (no --input)": "{n} 个随机词（没有 --input）",
    "{n} symbols of {what}": "{what}的 {n} 个符号",
    "the sequence of {what} that the file holds": "文件所含的 {what} 的序列",
    "{n} number": "{n} 个数",
    "{n} numbers": "{n} 个数",
    "standardised with mean:scale {given} ({whose})": ("按均值：标准差 {given} 标准化（{whose}）"),
    "as given": "由选项给出",
    "from the input itself": "取自输入本身",
    "the training part": "训练部分",
    "read by word": "按词读取",
    "read by character": "按字符读取",
    "{what} in vocabulary {path}": "{what}，词表 {path}",
    "column {name}: a date in {n} of {m} rows only, so the rows stay in the order of the file": (
        "列 {name}：{m} 行中只有 {n} 行有日期，因此各行保持文件中的顺序"
    ),
    "newest row first in the file: reversed": "文件中最新的行在前：已倒序",
    "rows in no order in the file: sorted by {name}": "文件中各行无序：已按 {name} 排序",
    "{n} row left out (a number is missing)": "略去 {n} 行（缺少数值）",
    "{n} rows left out (a number is missing)": "略去 {n} 行（缺少数值）",
    "{n} row left out (the same as another)": "略去 {n} 行（与另一行相同）",
    "{n} rows left out (the same as another)": "略去 {n} 行（与另一行相同）",
    "{n} row left out (a date without prices)": "略去 {n} 行（有日期而无价格）",
    "{n} rows left out (a date without prices)": "略去 {n} 行（有日期而无价格）",
    "{n} missing number held from the row before": "{n} 个缺少的数值沿用前一行",
    "{n} missing numbers held from the row before": "{n} 个缺少的数值沿用前一行",
    "dates read day first": "日期按日在前读取",
    "dates read month first": "日期按月在前读取",
    "dates read year first": "日期按年在前读取",
    "times in UTC": "时间为 UTC",
    "a comma is the decimal mark": "逗号为小数点",
    "read as {name}": "按 {name} 读取",
    "the last {k} of {n} steps are all 0: if this is padding, use --steps {a}": (
        "{n} 步中的最后 {k} 步全为 0：如果这是填充，请用 --steps {a}"
    ),
    "no --target: the loss is the sum of the outputs": "没有 --target：损失为输出之和",
    "no --target: the loss is the sum of the outputs at the last step": (
        "没有 --target：损失为最后一步的输出之和"
    ),
    "no --target: the loss is the sum of the outputs at every step": (
        "没有 --target：损失为每一步的输出之和"
    ),
    "no --target: the loss is the sum of the outputs at step {t}": (
        "没有 --target：损失为第 {t} 步的输出之和"
    ),
    "no --target, so the most probable class": "没有 --target，以概率最大的类别为准",
    "{name}: it was trained with {one}, which has it inside": (
        "{name}：训练所用的 {one} 损失已包含它"
    ),
    "every output with every target": "每个输出与每个目标",
    "mean squared error at the last step": "最后一步的均方误差",
    "mean squared error at every step": "每一步的均方误差",
    "mean squared error at step {t}": "第 {t} 步的均方误差",
    "mean absolute error at the last step": "最后一步的平均绝对误差",
    "mean absolute error at every step": "每一步的平均绝对误差",
    "mean absolute error at step {t}": "第 {t} 步的平均绝对误差",
    "cross-entropy": "交叉熵",
    "cross-entropy at the last step": "最后一步的交叉熵",
    "cross-entropy at every step": "每一步的交叉熵",
    "cross-entropy at step {t}": "第 {t} 步的交叉熵",
    "binary cross-entropy": "二元交叉熵",
    "binary cross-entropy at the last step": "最后一步的二元交叉熵",
    "binary cross-entropy at every step": "每一步的二元交叉熵",
    "binary cross-entropy at step {t}": "第 {t} 步的二元交叉熵",
    "target {given}": "目标 {given}",
    "class {given}": "类别 {given}",
    "the sum of the output at the last step": "最后一步输出之和",
    "the sum of the last step's output": "最后一步输出之和",
    "it starts at {given}": "起始为 {given}",
    "{path}, layer {name}": "{path}，层 {name}",
}

_LAYERS = {
    "the last step": "最后一步",
    "the first step": "第一步",
    "the mean over the steps": "各步的平均",
    "the maximum over the steps": "各步的最大值",
    "all steps, concatenated": "所有时间步，依次拼接",
    "final states": "最终状态",
    "final h": "最终的 h",
    "final c": "最终的 c",
    "final h of both directions": "双向的最终 h",
    "final c of both directions": "双向的最终 c",
    "final h of the forward direction": "前向的最终 h",
    "final h of the backward one": "反向的最终 h",
    "every step": "每一步",
    "last step": "最后一步",
    "the step at position {n}": "位置 {n} 的时间步",
    "no biases": "无偏置",
    "both directions": "双向",
    "both directions ({given})": "双向（{given}）",
    "bidirectional": "双向",
    "backwards": "反向",
    "forward": "前向",
    "reverse": "反向",
    "hidden {n}": "隐藏单元 {n}",
    "hidden {n} projected to {k}": "隐藏单元 {n}，投影到 {k}",
    "hidden {n} projected to {k} both directions": "隐藏单元 {n}，投影到 {k}，双向",
    "hidden {n} both directions": "隐藏单元 {n}，双向",
    "hidden {n} bidirectional": "隐藏单元 {n}，双向",
    "hidden {n} forward": "隐藏单元 {n}，前向",
    "hidden {n} reverse": "隐藏单元 {n}，反向",
    "hidden {n} no biases": "隐藏单元 {n}，无偏置",
    "dense, {n} → {k}": "全连接层，{n} → {k}",
    "dense, {n} → {k}, {name}": "全连接层，{n} → {k}，{name}",
    "dense, {n} → {k} {name}": "全连接层，{n} → {k}，{name}",
    "embedding of {n} words in {k} numbers": "嵌入：{n} 个词，每词 {k} 个数",
    "{n} is padding": "{n} 为填充",
    "activation {name}": "激活函数 {name}",
    "gates {name}": "门 {name}",
    "{name}: inactive at inference": "{name}：推断时不起作用",
    "{what}: not read": "{what}：未读入",
    "batch normalisation": "批量归一化",
    "batch normalisation of {n}": "{n} 个特征的批量归一化",
    "layer normalisation of {n}": "{n} 个特征的层归一化",
    "flatten: the vector is unchanged": "展平：向量不变",
    "side by side": "并排",
    "a custom class": "自定义类",
    "after a branch": "在分支之后",
    "steps that are all {n} are padding": "全为 {n} 的时间步是填充",
    "repeated {n} times": "重复 {n} 次",
    "a network of lstm-viz": "lstm-viz 的网络",
    "a run of lstm-viz": "lstm-viz 的一次运行",
    "the cell {name}": "细胞 {name}",
    "arrays by {name} names": "按 {name} 命名的数组",
    "arrays by PyTorch's names": "按 PyTorch 的命名的数组",
    "arrays by Keras' names": "按 Keras 的命名的数组",
    "arrays by a cell's parameters": "按细胞的参数命名的数组",
    "Keras weights without a configuration": "没有配置的 Keras 权重",
    "written by Keras {n}": "由 Keras {n} 写出",
    "written by Keras {given}": "由 Keras {given} 写出",
    "Keras legacy .h5": "Keras 旧式 .h5",
}

_NOTES = {
    "assumed: tanh (the file does not say tanh or relu; --nonlinearity relu)": (
        "假定：tanh（文件没有说明是 tanh 还是 relu；可用 --nonlinearity relu）"
    ),
    "assumed: tanh (the file does not say)": "假定：tanh（文件没有说明）",
    "assumed: epsilon is 1e-5 (the file does not say)": "假定：epsilon 为 1e-5（文件没有说明）",
    "assumed: the gates in kernel and recurrent_kernel are in Keras' order": (
        "假定：kernel 与 recurrent_kernel 中各门按 Keras 的顺序"
    ),
    "assumed: 1 is added to the forget-gate bias, as TensorFlow 1 does (forget_bias=1.0)": (
        "假定：遗忘门偏置加 1，与 TensorFlow 1 相同（forget_bias=1.0）"
    ),
    "a file of weights does not say": "权重文件没有说明",
    "what forward() does is not read": "不读取 forward() 的内容",
    "forward() is not read": "不读取 forward()",
    "{name}: assumed to read the last step, no activation ({why}; set it with --head)": (
        "{name}：假定读取最后一步，无激活函数（{why}；用 --head 指定）"
    ),
    "{name}: assumed to come before {layer} ({why})": "{name}：假定在 {layer} 之前（{why}）",
    "assumed to come before {layer} ({why})": "假定在 {layer} 之前（{why}）",
    "{name} is not read: the inputs are what comes out of it": ("{name} 未读入：输入即它的输出"),
    "{name} is not read: it and what follows are left out": "{name} 未读入：它及其后的层都略去",
    "{name} is not read: it is left out": "{name} 未读入：它被略去",
    "which of its recurrent layers ({name}) comes after which is unknown ({why}): --layer"
    " {one} runs one alone, --layer {given} runs them in this order": (
        "不知道各循环层（{name}）的先后顺序（{why}）：--layer {one} 单独运行一层，"
        "--layer {given} 按此顺序运行"
    ),
    "which of its recurrent layers ({name}) comes after which is unknown ({why}): --layer"
    " {one} runs one alone": (
        "不知道各循环层（{name}）的先后顺序（{why}）：--layer {one} 单独运行一层"
    ),
    "how {name} and {layer} are connected is unknown ({why}): only {only} runs; {ways}": (
        "不知道 {name} 与 {layer} 如何连接（{why}）：只运行 {only}；{ways}"
    ),
    "how {name} and {layer} are connected is unknown ({why}): only {only} runs": (
        "不知道 {name} 与 {layer} 如何连接（{why}）：只运行 {only}"
    ),
    "--head {given} names what follows": "--head {given} 指明其后的层",
    "--head says what follows": "--head 指明其后的层",
    "--layer {given} what comes before": "--layer {given} 指明之前的层",
    "the file has no configuration: {one}, for the gates {two}, and the default options are"
    " assumed; set others with --nonlinearity, such as {given}. A .keras file holds all of this": (
        "文件没有配置：假定激活函数为 {one}，门为 {two}，其余取默认；用 --nonlinearity 另行指定，"
        "例如 {given}。.keras 文件含有全部配置"
    ),
    "stateful: Keras continues from the states of the previous input; here each input starts at 0,"
    " as after reset_states()": (
        "stateful：Keras 从上一个输入的状态继续；这里每个输入都从 0 开始，如同 reset_states() 之后"
    ),
    "the model has {n} outputs: the network here ends with the first that {layer} gives": (
        "模型有 {n} 个输出：这里的网络止于 {layer} 给出的第一个"
    ),
    "its layers branch: choose one of {layers} with --layer": (
        "各层有分支：请用 --layer 在 {layers} 中选择一个"
    ),
    "initial states from {layers}": "初始状态来自 {layers}",
    "assumed: it begins with {layers}": "假定它从 {layers} 开始",
    "its layers branch: one recurrent layer runs alone, on its own inputs": (
        "各层有分支：单独运行一个循环层，用它自己的输入"
    ),
    "{name} is a custom class: the file does not hold the order of its layers": (
        "{name} 是自定义类：文件不含各层的顺序"
    ),
    "from here on padded steps count: Keras' {name} ignores the mask": (
        "从这里起填充的时间步也计入：Keras 的 {name} 忽略掩码"
    ),
    "Each layer is compared on the inputs that it has here.": "各层用它在这里的输入来比较。",
    "What runs here is not the whole model. Each layer is compared on the inputs that it has"
    " here.": "这里运行的不是整个模型。各层用它在这里的输入来比较。",
    "Gradients are compared only for a layer with one cell and one direction: this model has"
    " none.": "只比较单细胞、单向的层的梯度：此模型没有这样的层。",
    "Of the model's outputs, these are not compared: {given}.": (
        "模型的输出中，以下没有比较：{given}。"
    ),
    "{name} is stateful: no gradients compared.": "{name} 为 stateful：不比较梯度。",
    "Gradients are compared on PyTorch or TensorFlow, not on {name}.": (
        "梯度只在 PyTorch 或 TensorFlow 上比较，不在 {name} 上比较。"
    ),
    "ONNX Runtime computes no gradients, so none are compared": (
        "ONNX Runtime 不计算梯度，所以不比较"
    ),
    "the whole model": "整个模型",
    "{name} has no layer with its tensors": "{name} 没有含其张量的层",
    "its initial {name} is {what}: {end}": "它的初始 {name} 是{what}：{end}",
    "{name} receives a gradient from the layer above at every step": (
        "{name} 每一步都从上一层得到梯度"
    ),
    "{name}: its step 1 is the end of the input": "{name}：它的第 1 步是输入的末尾",
    "{name} runs from the end to the start: see it with --layer {given}": (
        "{name} 从末尾向开头运行：用 --layer {given} 查看"
    ),
    "{name}: its weights run in the cell {given}": "{name}：其权重在细胞 {given} 中运行",
}

_AGAINST = {
    "input": "输入",
    "layer": "层",
    "model": "模型",
    "largest difference": "最大差异",
    "against": "对比",
    "in the other": "另一模型中",
    "another size": "大小不同",
    "differs": "不同",
    "agrees": "一致",
    "Both compute the same, to within {n} of the largest number.": (
        "二者计算结果相同，差异在最大数的 {n} 以内。"
    ),
    "Its parameters that differ: {given}.": "其中不同的参数：{given}。",
    "All its parameters are equal: they are used differently.": "其参数全部相同：用法不同。",
    "They would agree after {what} in the other.": "在另一模型中{what}之后，二者就会一致。",
    "{one} and {two} have nothing in common to compare.": "{one} 与 {two} 没有可比较之处。",
    "The recurrent layers agree: the difference comes after them.": (
        "循环层一致：差异出现在其后。"
    ),
    "The first different number is {name}, step {t}: {given}: {a} here, {b} there.": (
        "第一个不同的数是 {name} 第 {t} 步的 {given}：这里是 {a}，那里是 {b}。"
    ),
    "So the layers before {name} differ.": "所以 {name} 之前的层不同。",
    "transposing all the {what}": "转置所有{what}",
    "input weights": "输入权重",
    "recurrent weights": "循环权重",
    "transposing {name}": "转置 {name}",
    "swapping {one} and {two}": "交换 {one} 与 {two}",
    "swapping the blocks {one} and {two}": "交换 {one} 与 {two} 两块",
    "swapping the blocks {one} and {two} of the {what}": "交换{what}中的 {one} 与 {two} 两块",
    "using the blocks {given} as {name}": "把各块 {given} 当作 {name}",
    "using the blocks {given} of the {what} as {name}": "把{what}的各块 {given} 当作 {name}",
    "adding 1 to the forget bias, as TensorFlow 1's cells add it when they run": (
        "把遗忘门偏置加 1（TensorFlow 1 的细胞在运行时加上它）"
    ),
    "taking 1 from the forget bias, as TensorFlow 1's cells add it when they run": (
        "把遗忘门偏置减 1（TensorFlow 1 的细胞在运行时加上它）"
    ),
    "leaving out the biases": "略去偏置",
    "reading the sequence in reverse": "倒序读取序列",
    "applying the reset gate after the product, as PyTorch and Keras' reset_after=True do": (
        "在乘积之后使用重置门（如 PyTorch 与 Keras 的 reset_after=True）"
    ),
    "applying the reset gate before the product, as Keras' reset_after=False does": (
        "在乘积之前使用重置门（如 Keras 的 reset_after=False）"
    ),
    "taking 1 - z for z, the other convention of the update gate": (
        "以 1 - z 代替 z（更新门的另一种约定）"
    ),
    "computing {formula}": "计算 {formula}",
}

MODELS = {**DATA, **INPUT, **_LAYERS, **_NOTES, **_AGAINST}
