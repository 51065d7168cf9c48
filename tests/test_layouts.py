"""The files that readers of the tutorials have load as they come, the oldest row first."""

import shlex

import pytest
from program import lstm_viz

from lstm_viz import InputError
from lstm_viz.inputs.table import from_file
from lstm_viz.learning.recipes.table import read_table

YAHOO = """Date,Open,High,Low,Close,Adj Close,Volume
2019-01-03,55.5,56.25,55,56,54.5,12000000
2019-01-04,null,null,null,null,null,null
2019-01-07,56.5,57.25,56,57,55.5,11000000
"""
YFINANCE = """Price,Adj Close,Close,High,Low,Open,Volume
Ticker,SBUX,SBUX,SBUX,SBUX,SBUX,SBUX
Date,,,,,,
2019-01-03,54.5,56,56.25,55,55.5,12000000
2019-01-07,55.5,57,57.25,56,56.5,11000000
"""
CRYPTO = """https://www.CryptoDataDownload.com
unix,date,symbol,open,high,low,close,Volume BTC,Volume USD
1546819200,2019-01-07 00:00:00,BTC/USD,56.5,57.25,56,57,10.5,600.5
1546473600,2019-01-03 00:00:00,BTC/USD,55.5,56.25,55,56,11.5,650.5
"""
TUSHARE = """,ts_code,trade_date,close,open,high,low,pre_close,pct_chg,vol
0,000300.SH,20190107,57.0,56.5,57.25,56.0,56.0,1.8,11000000.0
1,000300.SH,20190103,56.0,55.5,56.25,55.0,55.5,0.9,12000000.0
"""
NETEASE = """日期,股票代码,名称,收盘价,最高价,最低价,开盘价,前收盘,换手率,成交量
2019-01-07,'000300,沪深300,57.0,57.25,56.0,56.5,56.0,None,11000000
2019-01-03,'000300,沪深300,56.0,56.25,55.0,55.5,55.5,None,12000000
"""
TDX = """000300 沪深300 日线 不复权
      日期\t    开盘\t    最高\t    最低\t    收盘\t    成交量
2019/01/03\t55.50\t56.25\t55.00\t56.00\t12000000
2019/01/07\t56.50\t57.25\t56.00\t57.00\t11000000
#数据来源:通达信
"""
WIND = """代码,名称,日期,开盘价(元),最高价(元),最低价(元),收盘价(元),成交量(股)
600519.SH,茅台,2019-01-03,55.5,56.25,55,56,"12,000,000"
600519.SH,茅台,2019-01-07,56.5,57.25,56,57,"11,000,000"
数据来源：Wind
"""
INVESTING = """"Date","Price","Open","High","Low","Vol.","Change %"
"Jan 07, 2019","57.00","56.50","57.25","56.00","11.00M","1.79%"
"Jan 03, 2019","56.00","55.50","56.25","55.00","12.00M","-0.90%"
"""
INVESTING_DE = """"Datum","Zuletzt","Eröffn.","Hoch","Tief","Vol.","+/- %"
"07.01.2019","57,00","56,50","57,25","56,00","11,00M","1,79%"
"03.01.2019","56,00","55,50","56,25","55,00","12,00M","-0,90%"
"""
GERMAN = """Datum;Eröffnung;Hoch;Tief;Schlusskurs;Volumen
07.01.2019;56,50;57,25;56,00;57,00;11.000.000
03.01.2019;55,50;56,25;55,00;56,00;12.000.000
"""
STOOQ = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>
SBUX.US,D,20190103,000000,55.5,56.25,55,56,12000000
SBUX.US,D,20190107,000000,56.5,57.25,56,57,11000000
"""
GECKO = """snapped_at,open,high,low,price,total_volume
2019-01-03 00:00:00 UTC,55.5,56.25,55,56,12000000
2019-01-07 00:00:00 UTC,56.5,57.25,56,57,11000000
"""
KAGGLE = """Unnamed: 0,Timestamp,Open USD,High USD,Low USD,Close in USD,Volume_(BTC)
0,1546473600,55.5,56.25,55,56,12000000
1,1546560000,NaN,NaN,NaN,NaN,NaN
2,1546819200,56.5,57.25,56,57,11000000
"""
NASDAQ = """Date,Close/Last,Volume,Open,High,Low
01/17/2019,$57.00,11000000,$56.50,$57.25,$56.00
01/13/2019,$56.00,12000000,$55.50,$56.25,$55.00
"""
CSINDEX = """日期Date,指数代码Code,开盘Open,最高High,最低Low,收盘Close,成交量（股）Volume(Shares)
20190103,000300,55.5,56.25,55,56,12000000
20190107,000300,56.5,57.25,56,57,11000000
"""
BLOOMBERG = """Date,PX_LAST,PX_OPEN,PX_HIGH,PX_LOW,PX_VOLUME
01/17/2019,57,56.5,57.25,56,11000000
01/13/2019,56,55.5,56.25,55,12000000
"""
YAHOO_PAGE = """Date,Open,High,Low,Close Close price adjusted for splits.,\
Adj Close Adjusted close price adjusted for splits and dividend and/or capital gain distributions.,\
Volume
"Jan 7, 2019",56.50,57.25,56.00,57.00,55.50,"11,000,000"
"Jan 3, 2019",55.50,56.25,55.00,56.00,54.50,"12,000,000"
"""
SUSPENDED = "2019-01-04,'000300,沪深300,56.0,0.0,0.0,0.0,56.0,None,0\n"  # nothing was traded
LAYOUTS = {
    "Yahoo": (YAHOO, "utf-8"),
    "Yahoo with a mark": (YAHOO, "utf-8-sig"),
    "Yahoo, as its page has it": (YAHOO_PAGE, "utf-8"),
    "yfinance": (YFINANCE, "utf-8"),
    "CryptoDataDownload": (CRYPTO, "utf-8"),
    "tushare": (TUSHARE, "utf-8"),
    "163": (NETEASE, "gbk"),
    "163 in UTF-16": (NETEASE, "utf-16"),
    "163 in UTF-16 without its mark": (NETEASE, "utf-16-le"),
    "163, with a day of no trading": (
        NETEASE.replace("2019-01-03", f"{SUSPENDED}2019-01-03"),
        "gbk",
    ),
    "China Securities Index": (CSINDEX, "utf-8"),
    "Bloomberg": (BLOOMBERG, "utf-8"),
    "TDX": (TDX, "gbk"),
    "Wind, beyond GB 2312": (WIND.replace("茅台", "镕基"), "gbk"),
    "investing.com": (INVESTING, "utf-8-sig"),
    "investing.com, German": (INVESTING_DE, "utf-8"),
    "German": (GERMAN, "utf-8"),
    "Nasdaq": (NASDAQ, "utf-8"),
    "Stooq": (STOOQ, "utf-8"),
    "CoinGecko": (GECKO, "utf-8"),
    "Kaggle": (KAGGLE, "utf-8"),
    "between bars": (YAHOO.replace(",", "|"), "utf-8"),
    "from Excel": ("sep=;\n" + GERMAN, "utf-8"),
}
PRICES = [[55.5, 56.25, 55.0, 56.0], [56.5, 57.25, 56.0, 57.0]]


@pytest.fixture
def saved(tmp_path):
    def save(text, encoding="utf-8"):
        path = tmp_path / "prices.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return save


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_as_it_comes_from_the_oldest_row_on(saved, layout):
    path = saved(*LAYOUTS[layout])
    found = from_file(path, ["open,high,low,close"])
    assert found.values.tolist() == PRICES
    assert found.stamps[0] in ("2019-01-03", "2019-01-13")
    volume = "Volume BTC" if layout == "CryptoDataDownload" else "volume"
    assert from_file(path, [volume]).values[:, 0].tolist() in ([12e6, 11e6], [11.5, 10.5])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_recipe_reads_what_an_input_reads(saved, layout):
    path = saved(*LAYOUTS[layout])
    table = read_table(path, (), ("open", "high", "low", "close"))
    found = from_file(path, ["open,high,low,close"])
    assert table.values.tolist() == found.values.tolist()
    assert (table.names, table.stamps, table.what) == (found.rows, found.stamps, found.what)


@pytest.mark.parametrize("text", [CRYPTO, TUSHARE, INVESTING, STOOQ, KAGGLE])
def test_without_columns_neither_dates_nor_row_numbers_are_read_as_numbers(saved, text):
    assert not {"unix", "trade_date", "", "<DATE>", "Timestamp", "Unnamed: 0"} & set(
        from_file(saved(text)).rows
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NASDAQ, "newest row first in the file: reversed"),
        (NASDAQ, "dates read month first"),
        (YAHOO, "1 row left out (a date without prices)"),
        (CRYPTO, "left out, no rows: 'https://www.CryptoDataDownload.com' (line 1)"),
        (TDX, "'000300 沪深300 日线 不复权' (line 1), '#数据来源:通达信' (line 5)"),
        (GERMAN, "a comma is the decimal mark"),
        (YAHOO, "2019-01-03 to 2019-01-07"),
    ],
)
def test_what_was_decided_is_said(saved, text, said):
    assert said in from_file(saved(text), ["close"]).what


def test_several_tickers_keep_their_names(saved):
    text = "Price,Close,Close\nTicker,KO,SBUX\nDate,,\n2019-01-03,47,56\n2019-01-04,48,57\n"
    assert from_file(saved(text)).rows == ("Close KO", "Close SBUX")
    with pytest.raises(InputError, match="no column 'close'"):
        from_file(saved(text), ["close"])


def test_two_columns_of_one_name_are_asked_about(saved):
    with pytest.raises(InputError, match=r"2 columns 'close': choose 2 \(close\) or 3 \(close\)"):
        from_file(saved("date,close,close\n2019-01-03,1,2\n"), ["close"])
    assert from_file(saved("date,close,close\n2019-01-03,1,2\n"), ["3"]).values == [[2]]


def test_a_recipe_names_the_columns_that_would_do(saved):
    path = saved(NASDAQ)
    with pytest.raises(InputError) as refused:
        read_table(path, (), ("open", "close", "adjusted", "volume"))
    assert "has no column 'adjusted'" in str(refused.value)
    way = shlex.split(str(refused.value).partition("--column ")[2])[0]
    assert read_table(path, [way], ()).names == ("Open", "Close/Last", "Volume")


def test_rows_of_several_shares_are_no_sequence(saved):
    text = "date,code,close\n2019-01-03,A,1\n2019-01-03,B,2\n2019-01-04,A,3\n"
    with pytest.raises(InputError, match="lines 2 and 3, column code: A and B both have a row of"):
        from_file(saved(text))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2019-01-05,EUR 5,1", "line 5, column close: 'EUR 5' has another unit"),
        ("2019-01-05,$1.234,1", "line 5, column close: '$1.234' "),
        ("2019-01-05,oops,1", "line 5, column close: 'oops' is not a number"),
        ("2019-01-05,,1", "line 5, column close: a number is missing; --missing skip"),
        ("2019-01-05,$5", "line 5: 2 columns, but line 1 has 3: mend the line"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(saved, line, said):
    text = f'date,close,n\n2019-01-02,$1,1\n2019-01-03,"$1,5",1\n2019-01-04,"$2,5",1\n{line}\n'
    if "1.234" in line:
        assert from_file(saved(text), ["close"]).values[-1] == [1234]
        text, said = text.replace('"$1,5"', "$1.5"), "has another decimal mark than"
    with pytest.raises(InputError) as refused:
        from_file(saved(text), ["close"], "ask")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_plot_of_a_recipe_and_the_steps_of_a_cell_have_the_dates(saved):
    rows = "".join(f"01/{day:02}/2019,${day * day % 17}.5\n" for day in range(31, 0, -1))
    path = saved(f"Date,Close/Last\n{rows}")
    few = ["--epochs", "1", "--hidden", "2", "--window", "2", "--split", "0.6"]
    shown = " ".join(lstm_viz("train", "bitcoin", "--csv", path, *few).stdout.split())
    assert "newest row first in the file:" in shown
    assert "2019-01-31" in shown
    assert "in temporal order" in shown
    assert "step 2 of 31, 2019-01-02" in lstm_viz("step", "--input", f"@{path}", "--at", "2").stdout


def test_without_dates_the_order_of_a_file_is_taken_for_that_of_time_and_that_is_said(saved):
    path = saved("close\n" + "".join(f"{k * k % 17}\n" for k in range(40)))
    few = ["--epochs", "1", "--hidden", "2", "--window", "2"]
    shown = lstm_viz("train", "bitcoin", "--csv", path, *few).stdout
    assert "(no dates found)" in " ".join(shown.split())
