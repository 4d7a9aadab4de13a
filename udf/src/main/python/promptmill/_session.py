"""The JVM that a session of Python's is joined to, and what it says in the place of an answer."""

from contextlib import contextmanager
from typing import Any, Iterator

import pyspark
from pyspark.sql import DataFrame
from pyspark.sql.utils import is_remote

from promptmill._java_names import TEXT_GENERATOR


def is_connect() -> bool:
    """Whether this is a client of Spark Connect.

    :raises RuntimeError: when it is one of Spark 3.5, whose server takes no stages of pyspark.ml
    """
    if is_remote() and pyspark.__version__.startswith("3."):
        raise RuntimeError(
            "A session of Spark Connect has no JVM in which a TextGenerator could be made; from Spark 4 on the server makes"
            " it. Use that, or a session of the classic kind, such as that of pyspark --jars promptmill.jar --py-files"
            " promptmill.jar, or the SQL functions that a server has with"
            " spark.sql.extensions=io.promptmill.sql.PromptmillExtensions."
        )
    return is_remote()


def java_generator(*uid: str) -> Any:
    """A new TextGenerator of the JVM's, to which this session has to be joined.

    :raises RuntimeError: when there is no such session, or its JVM has not got Promptmill's jar
    """
    from pyspark import SparkContext  # which a client of Connect need not have

    context = SparkContext._active_spark_context
    if context is None:
        raise RuntimeError(
            "A TextGenerator is made in the JVM of a SparkSession, and there is none yet. Make one first:"
            " SparkSession.builder.config('spark.jars', 'promptmill.jar').getOrCreate()"
        )
    java_class: Any = context._jvm
    for name in TEXT_GENERATOR.split("."):
        java_class = getattr(java_class, name)
    try:
        return java_class(*uid)
    except TypeError:  # py4j takes the name of a class that is not there for that of a package
        raise RuntimeError(
            "Spark was started without Promptmill's jar. Start it with --jars promptmill.jar, or with"
            " config('spark.jars', 'promptmill.jar') where its first session is made."
        ) from None


def require_frame(df: Any, taker: str) -> None:
    """Refuses what is no DataFrame of Spark.

    :raises TypeError: when it is none
    """
    if not isinstance(df, DataFrame):
        raise TypeError(
            "%s needs a DataFrame of Spark, not a value of %r: make one of a DataFrame of pandas by spark.createDataFrame(df),"
            " of a list of texts by spark.createDataFrame([(text,) for text in texts], 'prompt string')" % (taker, type(df))
        )


@contextmanager
def errors_of_python() -> Iterator[None]:
    """Tells a model that cannot be read as Python does; what else goes wrong on the JVM stays as pyspark has it."""
    try:
        yield
    except Exception as e:
        java_error = getattr(e, "java_exception", None)
        if java_error is None or java_error.getClass().getName() != "java.io.UncheckedIOException":
            raise
        is_missing = java_error.getCause().getClass().getSimpleName() == "ModelMissingException"
        raise (FileNotFoundError if is_missing else OSError)(java_error.getMessage()) from None
