"""The types of settings: what Python gives for one as the JVM's Param takes it. Ranges are checked there.

Scalars of numpy's and tensors of one number are taken for what they hold.
"""

import json
from numbers import Integral, Real
from typing import Any, Callable, Dict, List

#: How many slots there are by default, which is also the job's ``auto`` where memory is no concern.
SLOTS = 64


def toInt(value: Any) -> int:
    """A whole number of 32 bits; ``5.0`` is one."""
    return _whole(value, 32)


def toSlots(value: Any) -> int:
    """A whole number; ``"auto"`` is the default."""
    return SLOTS if isinstance(value, str) and value == "auto" else toInt(value)


def toLong(value: Any) -> int:
    """A whole number of 64 bits."""
    return _whole(value, 64)


def toFloat(value: Any) -> float:
    """A number."""
    number = _plain(value)
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError("a number is needed, not %r" % (value,))
    return float(number)


def toBoolean(value: Any) -> bool:
    """True or False."""
    flag = _plain(value)
    if not isinstance(flag, bool):
        raise TypeError("True or False is needed, not %r" % (value,))
    return flag


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
    is_single = isinstance(_plain(value), (Integral, float))
    return [toInt(number) for number in ([value] if is_single else _items(value, "numbers"))]


def toTokenSequences(value: Any) -> str:
    """Lists of token ids, as JSON text, which can be given, too."""
    if isinstance(value, str):
        return value
    return json.dumps([[toInt(token) for token in _items(ids, "token ids")] for ids in _items(value, "lists")])


def toEarlyStopping(value: Any) -> str:
    """True, False or ``"never"``, as text."""
    when = _plain(value)
    return str(when).lower() if isinstance(when, bool) else toString(when)


def _whole(value: Any, bits: int) -> int:
    number = _plain(value)
    is_whole = isinstance(number, Integral) or (isinstance(number, float) and number.is_integer())
    if isinstance(number, bool) or not is_whole or not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise TypeError("a whole number of %d bits is needed, not %r" % (bits, value))
    return int(number)


def _plain(value: Any) -> Any:
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


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
    "slots": toSlots,
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
