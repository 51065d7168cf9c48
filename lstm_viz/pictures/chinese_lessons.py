"""The Chinese words of the frame in which lessons are played; the lessons are English."""

from __future__ import annotations

LESSONS = {
    "lessons": "课程",
    "{n} lesson": "{n} 节课",
    "{n} lessons": "{n} 节课",
    "{n} minute": "{n} 分钟",
    "{n} minutes": "{n} 分钟",
    "minutes": "分钟",
    "done": "已完成",
    "question": "问题",
    "lstm-viz lesson NUMBER plays one; --notes in a second terminal follows it": (
        "lstm-viz lesson 编号：播放一节课；在另一个终端用 --notes 跟随讲稿"
    ),
    "next": "下一段",
    "notes": "讲稿",
    "previous": "上一段",
    "running": "正在运行",
    "ask": "提问",
    "code": "代码",
    "a question": "提问",
    "live": "现场演示",
    "hands": "举手人数",
    "hands, once more": "再次举手",
    "type how many hands for ▸; ↑ ↓ next choice; backspace corrects": (
        "输入 ▸ 处选项的举手人数；↑ ↓ 换选项；退格键更正"
    ),
    "space shows the answer": "空格揭晓答案",
    "space: talk to your neighbour, then count once more": "空格：先与邻座讨论，再统计一次",
    "count once more, or space for the answer": "再统计一次，或按空格揭晓答案",
    "to remember": "请记住",
    "answer": "答案",
    "index": "目录",
    "this piece does not run": "这一段无法运行",
    "The file is read again as soon as it is saved.": "文件保存后会立即重新读取。",
    "a Matplotlib figure: o opens it": "Matplotlib 图：按 o 打开",
    "there is no picture here": "这里没有图",
    "space runs it on the whole screen; q there comes back to this place": (
        "按空格全屏运行；在其中按 q 回到这里"
    ),
    "space runs it on the whole screen; esc there comes back to this place": (
        "按空格全屏运行；在其中按 Esc 回到这里"
    ),
    "space goes on; enter runs the last one again": "空格继续；回车再次运行上一条命令",
    "a key shows what follows": "按任意键看后面的内容",
    "a key goes back to the lesson": "按任意键回到课程",
    "This is the end of the lesson.": "本节课到此结束。",
    "type a number: {typed}": "输入编号：{typed}",
    "{k} of {n}": "第 {k} 段，共 {n} 段",
    "page {page}": "第 {page} 页",
    "{gone} of {planned} min": "{gone}/{planned} 分钟",
    "{gone} min gone, {planned} planned up to here, {all} in all": (
        "已用 {gone} 分钟，计划到此 {planned} 分钟，共 {all} 分钟"
    ),
    "Come back to this place with {command}": "用 {command} 回到此处",
    "no lecture yet: lstm-viz lesson NUMBER in another terminal": (
        "还没有课程在播放：请在另一个终端运行 lstm-viz lesson 编号"
    ),
    "the lecture is over": "课程已结束",
    "go on: the text, then what it does": "继续：先是文字，然后是结果",
    "go back; nothing is run again": "返回；不会重新运行",
    "the first piece, the last one": "第一段，最后一段",
    "the index; a number and enter go there": "目录；输入编号并按回车跳转",
    "how many hands are raised for ▸; ↑ ↓ next choice": "▸ 处选项的举手人数；↑ ↓ 换选项",
    "run a live piece once more": "再次运行现场演示",
    "open the picture as a Matplotlib figure": "用 Matplotlib 打开图",
    "terminal": "终端",
    "characters": "字符编码",
    "fonts": "字体",
    "files": "文件",
}
