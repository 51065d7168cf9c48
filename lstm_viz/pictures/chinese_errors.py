"""The Chinese for what is said to be wrong: the common kinds; the others are said in English.

They are for a terminal only: no figure draws them, so the bundled font does without.
"""

from __future__ import annotations

ERRORS = {
    # of the command line itself
    "No such option '{given}'.": "没有 {given} 这个选项。",
    "No such option: {given}": "没有 {given} 这个选项",
    "No such option '{given}'. Did you mean '{name}'?": "没有 {given} 这个选项。是否指 {name}？",
    "No such option '{given}'. (Possible options: {name})": (
        "没有 {given} 这个选项。（可能的选项：{name}）"
    ),
    "No such command '{given}'.": "没有 {given} 这个命令。",
    "No such command '{given}'. Did you mean '{name}'?": "没有 {given} 这个命令。是否指 {name}？",
    "Missing argument '{given}'.": "缺少参数 {given}。",
    "Missing option '{given}'.": "缺少选项 {given}。",
    "Option '{given}' requires an argument.": "选项 {given} 需要一个值。",
    "Option '{given}' does not take a value.": "选项 {given} 不带值。",
    "Got unexpected extra argument ({given})": "多余的参数：{given}",
    "Got unexpected extra arguments ({given})": "多余的参数：{given}",
    "Invalid value for '{given}': {why}": "{given} 的值无效：{why}",
    "the first step is 1": "第一步是 1",
    "{given} is less than {name}": "{given} 小于 {name}",
    "{given} is more than {name}": "{given} 大于 {name}",
    "'{given}' is not a valid integer.": "{given} 不是整数。",
    "'{given}' is not a valid float.": "{given} 不是数。",
    "'{given}' is not one of {path}.": "{given} 不是以下之一：{path}。",
    "'{given}' is not one of {path}": "{given} 不是以下之一：{path}",
    "'{given}' is not '{name}'.": "{given} 不是 {name}。",
    "'{given}' does not end in one of {path}": "{given} 的结尾不是以下之一：{path}",
    "{given}: it does not end in one of {path}": "{given}：结尾不是以下之一：{path}",
    "{given} is not a finite number": "{given} 不是有限数",
    "{given} is not a number above 0": "{given} 不是大于 0 的数",
    "{given} is not between {one} and {two}": "{given} 不在 {one} 与 {two} 之间",
    "{given} is not a number": "{given} 不是数",
    "'{given}' is not a number or a list such as {path}": (
        "{given} 不是数，也不是 {path} 这样的列表"
    ),
    "{one} and {two}: give only one of them": "{one} 与 {two}：只能给出其中一个",
    "{given}: give only one of them": "{given}：只能给出其中一个",
    # of names
    "no cell and no file is called '{given}': {hint}": "没有名为 {given} 的细胞或文件：{hint}",
    "no preset and no file is called '{given}': {hint}": "没有名为 {given} 的预设或文件：{hint}",
    "no sequence is called '{given}': {hint}": "没有名为 {given} 的序列：{hint}",
    "no lesson is called '{given}': {hint}": "没有名为 {given} 的课：{hint}",
    "no exercise is called '{given}': {hint}": "没有名为 {given} 的练习：{hint}",
    "no optimiser is called '{given}': {hint}": "没有名为 {given} 的优化器：{hint}",
    "no start is called '{given}': {hint}": "没有名为 {given} 的初始化方式：{hint}",
    "no data set is called '{given}': {hint}": "没有名为 {given} 的数据集：{hint}",
    "no recipe and no task is called '{given}': {hint}": "没有名为 {given} 的配方或任务：{hint}",
    "no problem is called '{given}', and no file: lstm-viz problem lists them": (
        "没有名为 {given} 的习题，也没有这个文件：lstm-viz problem 列出所有习题"
    ),
    "did you mean '{given}'?": "是否指 {given}？",
    "there are {path} (or write numbers: 0,1,0)": "有 {path}（或写出数字：0,1,0）",
    "there are {path}, or a file (.npz, .toml, .json)": (
        "有 {path}，或一个文件（.npz、.toml、.json）"
    ),
    "there are {path}": "有 {path}",
    # of files
    "{path}: No such file or directory": "{path}：没有这个文件或目录",
    "{path}: Is a directory": "{path}：这是一个目录",
    "{path}: Permission denied": "{path}：没有权限",
    "No such file or directory": "没有这个文件或目录",
    "Is a directory": "这是一个目录",
    "Permission denied": "没有权限",
    "No space left on device": "磁盘已满",
    "{path}: cannot be written ({why})": "{path}：无法写入（{why}）",
    "the output cannot be written ({why})": "无法写出结果（{why}）",
    "{path}: the output cannot be written ({why})": "{path}：无法写出结果（{why}）",
    "there is not enough memory for this": "内存不足",
    "{path}: this is not a model file that can be read ({given})": (
        "{path}：这不是可以读取的模型文件（{given}）"
    ),
    "some numbers are not finite: in the JSON they are null": "有些数不是有限数：在 JSON 中为 null",
    "some numbers are not finite: inf and nan stand in their place": (
        "有些数不是有限数：以 inf 和 nan 表示"
    ),
    # of steps, units, inputs
    "--at {given}: the sequence has {n} step": "--at {given}：序列有 {n} 步",
    "--at {given}: the sequence has {n} steps": "--at {given}：序列有 {n} 步",
    "--hold {given}: the sequence has {n} steps, from 1": (
        "--hold {given}：序列有 {n} 步，从 1 开始"
    ),
    "--loss at:{t}: the sequence has {n} steps": "--loss at:{t}：序列有 {n} 步",
    "--unit {n}: there is only unit 0": "--unit {n}：只有单元 0",
    "--unit {n}: there are units 0 to {k}": "--unit {n}：有单元 0 至 {k}",
    "--column needs a file: --input @FILE.csv": "--column 需要文件：--input @FILE.csv",
    "--steps needs --input or --text": "--steps 需要 --input 或 --text",
    "--standardise needs --input": "--standardise 需要 --input",
    "--target {given}: it needs {what} for the last step; --loss-at all takes one for each step": (
        "--target {given}：最后一步需要 {what}；--loss-at all 则每一步各取一个"
    ),
    "--{given} is not for {name}": "--{given} 不适用于 {name}",
    "--{given} is for --against FILE": "--{given} 用于 --against FILE",
    "name a recipe or a task": "请给出配方或任务的名称",
    "no installed font has the characters of {given}: step numbers are shown instead": (
        "已安装的字体中没有 {given} 的字符：改为显示步数"
    ),
    "no installed font has all characters of this text: □ stands for those": (
        "已安装的字体没有这段文字的所有字符：以 □ 代替"
    ),
    "{n} of {what} right": "{what}中 {n} 次正确",
}
