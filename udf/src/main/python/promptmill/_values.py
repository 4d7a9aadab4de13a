"""The types of settings: what Python gives for one as the JVM's Param takes it. Ranges are checked there."""

import json
from numbers import Integral, Real
from typing import Any, Callable, Dict, List


def toInt(value: Any) -> int:
    """A whole number of 32 bits; ``5.0`` is one."""
    return _whole(value, 32)


def toLong(value: Any) -> int:
    """A whole number of 64 bits."""
    return _whole(value, 64)


def toFloat(value: Any) -> float:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError("a number is needed, not %r" % (value,))
    return float(value)


def toBoolean(value: Any) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise TypeError("True or False is needed, not %r" % (value,))
    return value


def toString(value: Any) -> str:
    """A text, or the path of a file."""
    path = value.__fspath__() if hasattr(value, "__fspath__") else value
    if not isinstance(path, str):
        raise TypeError("a text is needed, not a value of type %s" % type(value).__name__)
    return path


def toListString(value: Any) -> List[str]:
    """Texts; a single one stands for a list of it."""
    return [toString(text) for text in ([value] if isinstance(value, str) else _items(value, "texts"))]


def toListInt(value: Any) -> List[int]:
    """Whole numbers; a single one stands for a list of it."""
    return [toInt(number) for number in ([value] if isinstance(value, Integral) else _items(value, "numbers"))]


def toTokenSequences(value: Any) -> str:
    """Lists of token ids, as JSON text, which can be given, too."""
    if isinstance(value, str):
        return value
    return json.dumps([[toInt(token) for token in _items(ids, "token ids")] for ids in _items(value, "lists")])


def toEarlyStopping(value: Any) -> str:
    """True, False or ``"never"``, as text."""
    return str(value).lower() if isinstance(value, bool) else toString(value)


def _whole(value: Any, bits: int) -> int:
    is_whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not is_whole or not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise TypeError("a whole number of %d bits is needed, not %r" % (bits, value))
    return int(value)


def _items(value: Any, what: str) -> List[Any]:
    """What can be gone through but is no text: lists, tuples, arrays."""
    if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__"):
        raise TypeError("a list of %s is needed, not %r" % (what, value))
    return list(value)


#: How each Param's value is converted, by the Param's name.
CONVERTERS: Dict[str, Callable[[Any], Any]] = {
    "model": toString,
    "baseModel": toString,
    "idCol": toString,
    "promptCol": toString,
    "outputCol": toString,
    "slots": toInt,
    "seed": toLong,
    "returnFullText": toBoolean,
    "onLongPrompt": toString,
    "logprobs": toBoolean,
    "device": toString,
    "precision": toString,
    "maxNewTokens": toInt,
    "maxLength": toInt,
    "minNewTokens": toInt,
    "minLength": toInt,
    "doSample": toBoolean,
    "temperature": toFloat,
    "topK": toInt,
    "topP": toFloat,
    "minP": toFloat,
    "typicalP": toFloat,
    "repetitionPenalty": toFloat,
    "noRepeatNgramSize": toInt,
    "badWordsIds": toTokenSequences,
    "eosTokenId": toListInt,
    "numBeams": toInt,
    "lengthPenalty": toFloat,
    "earlyStopping": toEarlyStopping,
    "numReturnSequences": toInt,
    "stop": toListString,
    "prefix": toString,
}
