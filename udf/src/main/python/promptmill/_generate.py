"""generate: the function of a DataFrame, with Hugging Face's names for settings."""

import difflib
import inspect
import re
from os import PathLike
from typing import Any, Callable, List, NoReturn, Optional, Sequence, Union

from pyspark.sql import DataFrame

from promptmill._session import errors_of_python, is_connect, java_generator, require_frame
from promptmill._values import CONVERTERS, toInt

#: What other libraries, and the library for the JVM, call settings that have another name here.
ELSEWHERE = {
    "n": "num_return_sequences",
    "max_tokens": "max_new_tokens",
    "min_tokens": "min_new_tokens",
    "stop_strings": "stop",
    "batch_size": "slots",
    "dtype": "precision",
    "torch_dtype": "precision",
}


def generate(
    df: DataFrame,
    model: Union[str, "PathLike[str]", None] = None,
    *,
    partitions: Optional[int] = None,
    base_model: Union[str, "PathLike[str]", None] = None,
    id_column: Optional[str] = None,
    prompt_column: Optional[str] = None,
    output_column: Optional[str] = None,
    slots: Union[int, str, None] = None,
    seed: Optional[int] = None,
    return_full_text: Optional[bool] = None,
    on_long_prompt: Optional[str] = None,
    logprobs: Optional[bool] = None,
    device: Optional[str] = None,
    precision: Optional[str] = None,
    max_new_tokens: Optional[int] = None,
    max_length: Optional[int] = None,
    min_new_tokens: Optional[int] = None,
    min_length: Optional[int] = None,
    do_sample: Optional[bool] = None,
    temperature: Optional[float] = None,
    top_k: Optional[int] = None,
    top_p: Optional[float] = None,
    min_p: Optional[float] = None,
    typical_p: Optional[float] = None,
    repetition_penalty: Optional[float] = None,
    no_repeat_ngram_size: Optional[int] = None,
    bad_words_ids: Union[str, Sequence[Sequence[int]], None] = None,
    eos_token_id: Union[int, Sequence[int], None] = None,
    num_beams: Optional[int] = None,
    length_penalty: Optional[float] = None,
    early_stopping: Union[bool, str, None] = None,
    num_return_sequences: Optional[int] = None,
    stop: Union[str, Sequence[str], None] = None,
    prefix: Optional[str] = None,
    **unknown: NoReturn,
) -> DataFrame:
    """The DataFrame with its prompts continued: all its rows and columns, and ``sequences``, ``status`` and ``error``.

    >>> prompts = spark.sql("select id, 'My dream is' as prompt from range(2)")
    >>> texts = promptmill.generate(prompts, id_column="id", do_sample=True, num_return_sequences=3, max_new_tokens=5)
    >>> texts.selectExpr("id", "explode(sequences.generated_text) as text").count()
    6

    Nothing is generated before the result is asked for, but the model is compiled and sent to the executors at once.

    :param df: has a column of prompts, or one named ``prompt_token_ids``; settings of single rows may be in a column
        ``sampling_params``
    :param model: as ``--model`` of the job; None is what ``spark.promptmill.model`` names, or else the sample model in
        the jar
    :param partitions: over how many tasks the prompts are spread. None spreads those of a DataFrame that has fewer
        partitions than the cluster has cores, such as one of a small file; 0 leaves them where they are
    :param base_model: the base, where the model is an adapter of PEFT
    :param id_column: keys each row's random numbers; None: its prompt does, so that equal prompts get equal texts

    The other settings have the names, the meaning and the defaults of the job's options.

    :raises TypeError: for an unknown setting, a value of another type, or what is no DataFrame of Spark
    :raises ValueError: for ``partitions`` below 0
    :raises FileNotFoundError: when no model is by that name
    :raises IllegalArgumentException: of pyspark's, for a value out of range, or a model or column that cannot be used
    """
    settings = {name: value for name, value in locals().items() if name in NAMES and value is not None}
    if unknown:
        raise _unknown(next(iter(unknown)))
    params = {
        _param_name(name): _converted(name, value, CONVERTERS[_param_name(name)]) for name, value in settings.items()
    }
    partitions = None if partitions is None else _converted("partitions", partitions, _to_partitions)
    connect = is_connect()  # looked at first: a client of 3.5 has another class of DataFrames
    require_frame(df, "generate()")
    if connect:
        from promptmill._text_generator import TextGenerator

        return TextGenerator(**params).transform(df.repartition(partitions) if partitions else df)
    generator = java_generator()
    for param, value in params.items():
        generator.set(generator.getParam(param).w(value))
    with errors_of_python():
        return DataFrame(generator.transform(_spread(df, partitions)._jdf), df.sparkSession)


def _converted(name: str, value: Any, converter: Callable[[Any], Any]) -> Any:
    try:
        return converter(value)
    except TypeError as e:
        raise TypeError("generate() cannot take this %s: %s" % (name, e)) from None


def _to_partitions(value: Any) -> int:
    number = toInt(value)
    if number < 0:
        raise ValueError("partitions must be at least 0, which leaves the prompts where they are, but was %d" % number)
    return number


def _param_name(name: str) -> str:
    """``max_new_tokens`` is maxNewTokens, and ``id_column`` is idCol."""
    words = re.sub("_column$", "_col", name)
    return re.sub("_([a-z])", lambda letter: letter.group(1).upper(), words)


NAMES: List[str] = [name for name in inspect.signature(generate).parameters if _param_name(name) in CONVERTERS]


def _unknown(name: str) -> TypeError:
    near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.4)
    if name in ELSEWHERE:
        remedy = "here it is called " + ELSEWHERE[name]
    else:
        remedy = "the nearest is %s" % near[0] if near else "they are " + ", ".join(NAMES)
    return TypeError("generate() has no setting %s: %s" % (name, remedy))


def _spread(df: DataFrame, partitions: Optional[int]) -> DataFrame:
    """A partition is a task, and a task a core."""
    if partitions is None:
        cores = df.sparkSession.sparkContext.defaultParallelism
        partitions = cores if 0 < _known_partitions(df) < cores else 0
    return df.repartition(partitions) if partitions else df


def _known_partitions(df: DataFrame) -> int:
    """How many there are; 0 where Spark would have to compute something, or data to come, to tell it."""
    if df.isStreaming:
        return 0
    plan: Any = df._jdf.queryExecution().executedPlan()
    if plan.getClass().getSimpleName() == "AdaptiveSparkPlanExec":
        return 0
    count: int = plan.execute().getNumPartitions()
    return count
