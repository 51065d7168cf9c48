"""The heads of columns: what English and Chinese price tables call the same thing."""

from __future__ import annotations

import re

from lstm_viz.validation.errors import InputError
from lstm_viz.validation.names import did_you_mean, short

DATE = (
    *("date", "dates", "time", "datetime", "timestamp", "day", "month", "year", "unix", "datum"),
    *("open_time", "timeopen", "tradingday", "snapped_at", "tag", "jour", "fecha", "data"),
    *(
        "日期",
        "时间",
        "交易日",
        "交易日期",
        "交易时间",
        "日期时间",
        "时间戳",
        "年份",
        "月份",
        "日付",
    ),
)
CURRENCY = "usd usdt eur cny rmb gbp jpy hkd btc eth"
# What a recipe asks for; of several that a file has, the first.
KNOWN = {
    "open": "open,open_price,opening_price,opening,px_open,eröffn,eröffnung,eröffnungskurs,erster,"
    "开盘,开盘价,今开,今开盘,开盘点位,开盘指数,开",
    "high": "high,high_price,px_high,hoch,hochkurs,最高,最高价,最高点位,最高指数,高",
    "low": "low,low_price,px_low,tief,tiefkurs,最低,最低价,最低点位,最低指数,低",
    "close": "close,close/last,close_price,closing_price,closing,price,last,last_price,px_last,"
    "zuletzt,schluss,schlusskurs,收盘,收盘价,收盘点位,收盘指数,最新价,收",
    "adjusted": "adjusted,adj_close,adjclose,adjusted_close,adj_price,复权收盘价,前复权收盘价,"
    "后复权收盘价,复权价",
    "volume": "volume,vol,px_volume,volumen,total_volume,share_volume,成交量,交易量,总手,成交股数",
}
SAME = {head: role for role, heads in KNOWN.items() for head in heads.split(",")}


LONGEST = 200  # characters of a head that are looked at


class UnknownColumnError(InputError):
    """A table has no column that is called so; these it has."""

    def __init__(self, said: str, heads: list[str]) -> None:
        super().__init__(said)
        self.heads = heads


def plain(head: str) -> str:
    """A head without its unit, number and marks: `1. Open (USD)` → `open`, `<VOL>` → `vol`."""
    head = head[:LONGEST]
    bare = re.sub(r"[(（\[【].*?[)）\]】]", "", head.lower().replace("ß", "ss")).strip(" '\"<>*")
    bare = re.sub(r"^(\d+[.)] +|24h )", "", bare)
    bare = re.sub(r"[ _.]+", "_", bare).strip("_")
    bare = re.sub(r"_(adjusted_)?close_price_adjusted_for_.*", "", bare)  # as Yahoo's page explains
    return re.sub(f"(_in)?_({CURRENCY.replace(' ', '|')})$", "", bare)


def is_date(head: str) -> bool:
    """Whether a column is called as dates are: `date`, `trade_date`, `日期`."""
    return _first(plain(head)) in DATE or "date" in plain(head).split("_")


def means(head: str) -> str:
    """`open`, `close` …: what a head stands for, else nothing."""
    bare = plain(head)
    ticker_first = bare.rpartition("_")[2]  # SBUX.Close, as quantmod has it
    return SAME.get(_first(bare)) or ("." in head and SAME.get(ticker_first)) or ""


def _first(bare: str) -> str:
    """`开盘` of `开盘open`, as the China Securities Index Company has it in two languages."""
    return re.split("(?<=[\u4e00-\u9fff])(?=[a-z])", bare)[0]


def place(path: str, heads: list[str], wanted: str) -> int:
    """The column that is called so, has this number from 1, or is what `close` … stands for.

    Raises `InputError` where there is none, with the nearest, and where there are several.
    """
    if wanted in heads or not wanted.isdigit():
        return _called(path, heads, wanted)
    if wanted.isascii() and 1 <= int(wanted) <= len(heads):
        return int(wanted) - 1
    raise _unknown(path, heads, wanted)


def _called(path: str, heads: list[str], wanted: str) -> int:
    exact = [k for k, head in enumerate(heads) if head == wanted]
    loose = [k for k, head in enumerate(heads) if head.lower() == wanted.lower()]
    found = exact or loose or _meant(heads, wanted.lower())
    if not found:
        raise _unknown(path, heads, wanted)
    if len(found) > 1:
        many = " or ".join(f"{k + 1} ({short(heads[k])})" for k in found[:4])
        raise InputError(f"{path} has {len(found)} columns {short(wanted)!r}: choose {many}")
    return found[0]


def _meant(heads: list[str], role: str) -> list[int]:
    """The columns of a role; of several the one that is called so most plainly."""
    if role not in KNOWN:
        return []
    bare = [plain(head) for head in heads]
    for name in KNOWN[role].split(","):
        if found := [k for k, each in enumerate(bare) if each == name]:
            return found
    return [k for k, head in enumerate(heads) if means(head) == role] or [
        k for k, each in enumerate(bare) if role == "volume" and each.startswith("volume_")
    ]


def _unknown(path: str, heads: list[str], wanted: str) -> UnknownColumnError:
    known = did_you_mean(wanted, heads) or f"there are {listed(heads)}"
    if heads == [str(k) for k in range(1, len(heads) + 1)]:
        known = f"its columns have no names, only numbers from 1 to {len(heads)}"
    return UnknownColumnError(f"{path} has no column {short(wanted)!r}: {known}", heads)


def listed(names: list[str]) -> str:
    """The first of many names, and of long ones the beginning."""
    return ", ".join(map(short, names[:12])) + (", …" if len(names) > 12 else "")
