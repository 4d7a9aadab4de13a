"""Makes the Parquet files in this folder as other writers than Spark make them (pyarrow 26): python make.py"""

import datetime
import decimal
import os

import numpy
import pyarrow as pa
import pyarrow.parquet as pq

os.chdir(os.path.dirname(os.path.abspath(__file__)))
KEYS = {"id": pa.array(["a", "b"]), "prompt": pa.array(["x", "y"])}


def write(name, columns, keys=KEYS, **options):
    pq.write_table(pa.table({**keys, **columns}), name + ".parquet", **options)


# Token ids 5, 0, 7 and one value at the edge of the type.
def token_ids(name, kind, edge):
    write("token-ids-" + name, {"prompt_token_ids": pa.array([[5, 0, 7], [1, 2, edge]], kind)}, {"id": KEYS["id"]})


token_ids("int64", pa.list_(pa.int64()), 2**40)
token_ids("int16", pa.list_(pa.int16()), 2**15 - 1)
token_ids("uint32", pa.list_(pa.uint32()), 2**32 - 1)
token_ids("uint64", pa.list_(pa.uint64()), 2**64 - 1)
token_ids("large-list", pa.large_list(pa.int32()), 2**31 - 1)
token_ids("fixed-size-list", pa.list_(pa.int64(), 3), 3)
token_ids("dictionary", pa.list_(pa.dictionary(pa.int32(), pa.int64())), 3)

write(
    "types",
    {
        "int8": pa.array([-128, 127], pa.int8()),
        "int16": pa.array([-(2**15), 2**15 - 1], pa.int16()),
        "uint8": pa.array([0, 2**8 - 1], pa.uint8()),
        "uint16": pa.array([0, 2**16 - 1], pa.uint16()),
        "uint32": pa.array([0, 2**32 - 1], pa.uint32()),
        "uint64": pa.array([0, 2**64 - 1], pa.uint64()),
        "decimal": pa.array([decimal.Decimal("0.01"), decimal.Decimal(10**36 - 1)], pa.decimal128(38, 2)),
        "naive": pa.array([1, 2], pa.timestamp("us")),
        "utc": pa.array([1, 2], pa.timestamp("ms", "UTC")),
        "date": pa.array([datetime.date(1600, 1, 1), datetime.date(9999, 12, 31)]),
        "bytes": pa.array([b"abc", b"\x00\xff\x01"], pa.binary(3)),
        "large": pa.array(["abc", "ü"], pa.large_string()),
        "dictionary": pa.array(["abc", "ü"]).dictionary_encode(),
        "duration": pa.array([1, -1], pa.duration("us")),
        "nothing": pa.nulls(2),
    },
)
write(
    "unreadable",
    {
        "half": pa.array(numpy.array([1, 2], numpy.float16)),
        "created": pa.array([1, 2], pa.timestamp("ns")),
        "at": pa.array([1, 2], pa.time64("us")),
        "key": pa.array([b"0123456789abcdef"] * 2, pa.uuid()),
        "wide": pa.array([decimal.Decimal(1)] * 2, pa.decimal256(50, 2)),
    },
)
write(
    "nested-half",
    {"point": pa.array([{"x": numpy.float16(1)}] * 2, pa.struct([("x", pa.float16())]))},
)
NOTHING = {"list": pa.array([[], [None]], pa.list_(pa.null())), "column": pa.nulls(2)}
SOMETHING = {"list": pa.array([[{"x": 1}], None]), "column": pa.array(["v", None])}
POINT = pa.struct([("x", pa.null()), ("y", pa.int32())])
write("nothing", {**NOTHING, "struct": pa.array([{"x": None, "y": 1}, None], POINT)})
write(
    "something",
    {**SOMETHING, "struct": pa.array([{"x": "x", "y": 2}, None])},
    {"id": pa.array(["c", "d"]), "prompt": KEYS["prompt"]},
)
write("ids-uint64", {}, {"id": pa.array([1, 2**64 - 1], pa.uint64()), "prompt": KEYS["prompt"]})

ENCODED = {
    "split_float": (pa.array([1.5, -2], pa.float32()), "BYTE_STREAM_SPLIT"),
    "split_double": (pa.array([1.5, -2], pa.float64()), "BYTE_STREAM_SPLIT"),
    "delta_int": (pa.array([1, -2], pa.int32()), "DELTA_BINARY_PACKED"),
    "delta_long": (pa.array([1, -2], pa.int64()), "DELTA_BINARY_PACKED"),
    "delta_length": (pa.array(["abc", "abd"]), "DELTA_LENGTH_BYTE_ARRAY"),
    "delta_text": (pa.array(["abc", "abd"]), "DELTA_BYTE_ARRAY"),
    "delta_bytes": (pa.array([b"abc", b"abd"], pa.binary(3)), "DELTA_BYTE_ARRAY"),
    "rle": (pa.array([True, False]), "RLE"),
}
for page in ("1.0", "2.0"):
    write(
        "encodings-of-pages-" + page[0],
        {name: values for name, (values, _) in ENCODED.items()},
        use_dictionary=False,
        column_encoding={name: encoding for name, (_, encoding) in ENCODED.items()},
        data_page_version=page,
    )
write(
    "split-integers",
    {"n": pa.array([1, 2], pa.int32())},
    use_dictionary=False,
    column_encoding={"n": "BYTE_STREAM_SPLIT"},
)
CODECS = ["snappy", "gzip", "zstd", "lz4", "none"]
write(
    "codecs",
    {codec: KEYS["prompt"] for codec in CODECS},
    compression={**{codec: codec for codec in CODECS}, "id": "none", "prompt": "none"},
)
write("brotli", {}, compression={"id": "none", "prompt": "brotli"})

# Before 1582-10-15 calendars differ: each of these dates is the first of a year. The writer of the second file calls itself
# otherwise: Spark and Hive write with a library of that name, old versions by another calendar.
OLD = {
    "date": pa.array([datetime.date(1, 1, 1), datetime.date(1500, 1, 1)]),
    "instant": pa.array([datetime.datetime(1, 1, 1), datetime.datetime(1500, 1, 1)], pa.timestamp("us", tz="UTC")),
}
write("old-dates", OLD)
write("old-int96", {"instant": OLD["instant"]}, use_deprecated_int96_timestamps=True)
with open("old-dates.parquet", "rb") as written, open("old-dates-of-parquet-mr.parquet", "wb") as renamed:
    renamed.write(written.read().replace(b"parquet-cpp-arrow", b"parquet-mr-of-old"))

# Keys of maps that are, or become, the same.
write("maps-key-twice", {"m": pa.array([[("k", 1), ("k", 2)], []], pa.map_(pa.string(), pa.int64()))})
MAP = pa.map_(pa.int64(), pa.map_(pa.string(), pa.int64()))
write(
    "maps-nested",
    {
        "m": pa.array([[{"m": None}, {"m": [(1, None), (2, [("k", 1), ("k", 2)])]}], None], pa.list_(pa.struct([("m", MAP)]))),
    },
)
NOT_UTF8 = pa.array([b"\xff", b"\xfe", b"\xff"]).view(pa.string())
write("maps-not-utf8", {"m": pa.MapArray.from_arrays(pa.array([0, 2, 3], pa.int32()), NOT_UTF8, pa.array([1, 2, 3]))})
FINE = {
    "text": pa.array([[("k", 1), ("l", 2)], None], pa.map_(pa.string(), pa.int64())),
    "bytes": pa.array([[(b"\xff", 1), (b"\xfe", 2)], []], pa.map_(pa.binary(), pa.int64())),
    "days": pa.array([[(datetime.date(1582, 10, 14), 1), (datetime.date(1582, 10, 15), 2)], []], pa.map_(pa.date32(), pa.int64())),
}
write("maps", FINE)
