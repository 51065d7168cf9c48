"""Frames as one page of HTML, a frame at a time, for the keys ← and →; it asks for no network.

    file.writelines(page([("Step 1.", "<svg …>"), …], title="The gradient is gone in rnn."))

A frame is what it says, in words, and its markup: an SVG, or an image that lies in the page. Where
scripts are off, and on paper, the frames stand below each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

STYLE = """
:root{color-scheme:%(scheme)s}
body{background:%(ground)s;color:%(ink)s;font-family:system-ui,sans-serif;margin:0;text-align:center}
h1{font-size:1px;position:absolute;left:-9999px}
figure{margin:0 auto 1em;max-width:calc((100vh - 5.5rem)*16/9)}
figure img,figure svg{width:100%%;height:auto;max-height:calc(100vh - 4rem);display:block}
.keys figure{display:none}.keys figure.on{display:block}
figcaption{position:absolute;left:-9999px}
nav{display:none;gap:.6rem;justify-content:center;align-items:center;padding:.4rem}
.keys nav{display:flex}
input{width:min(60rem,60vw)}
button{font:inherit;color:inherit;background:none;border:1px solid;border-radius:.4rem}
"""

SCRIPT = """
const frames=[...document.querySelectorAll('figure')],bar=document.querySelector('input');
const {first,pause}=document.body.dataset;
const said=document.querySelector('output'),button=document.querySelector('button');
let now=frames.length-1,timer=0;
document.body.className='keys';
function show(k){
  frames[now].className='';now=Math.min(Math.max(k,0),frames.length-1);
  frames[now].className='on';bar.value=now;
  bar.setAttribute('aria-valuetext',frames[now].querySelector('figcaption').textContent);
  said.textContent=(now+1)+' / '+frames.length;
}
function stop(){clearInterval(timer);timer=0;button.textContent='▶'}
function play(){
  if(timer)return stop();
  if(now==frames.length-1)show(0);
  button.textContent='❚❚';
  timer=setInterval(()=>now<frames.length-1?show(now+1):stop(),+pause);
}
addEventListener('keydown',event=>{
  const to={ArrowLeft:now-1,ArrowRight:now+1,Home:0,End:frames.length-1}[event.key];
  if(to!==undefined){event.preventDefault();stop();show(to)}
  if(event.key==' '){event.preventDefault();play()}
});
bar.max=now;show(+first);bar.oninput=()=>{stop();show(+bar.value)};button.onclick=play;
"""


def page(
    frames: Iterable[tuple[str, str]],
    title: str,
    ground: str = "Canvas",
    ink: str = "CanvasText",
    lang: str = "en",
    first: int | None = None,
    pause: int = 100,
) -> Iterator[str]:
    """The page, piece by piece: of each frame what it says and its markup.

    It begins with the `first` one (from 0), else with the last; playing, it goes on after a `pause`
    in milliseconds.
    """
    scheme = "light dark" if ground == "Canvas" else "dark" if ink > ground else "light"
    yield f'<!doctype html>\n<html lang="{escape(lang)}"><head><meta charset="utf-8">\n'
    yield f"<title>{escape(title)}</title>\n"
    yield f"<style>{STYLE % {'scheme': scheme, 'ground': ground, 'ink': ink}}</style></head>\n"
    at = 10**9 if first is None else first
    yield f'<body data-first="{at}" data-pause="{pause}"><h1>{escape(title)}</h1>\n<main>\n'
    for said, markup in frames:
        yield f"<figure>{markup}<figcaption>{escape(said)}</figcaption></figure>\n"
    yield '</main>\n<nav><button title="space">▶</button>← <input type="range" min="0" '
    yield f'aria-label="{escape(title)}"> → <output></output></nav>\n'
    yield f"<script>{SCRIPT}</script></body></html>\n"
