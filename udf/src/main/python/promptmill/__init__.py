"""Text generation with Hugging Face causal language models on Spark, from Python.

All work is done by the JVM: this package is in Promptmill's jar, and neither Python nor anything else is needed on an
executor. Start Spark with the jar in both places, ``pyspark --jars promptmill.jar --py-files promptmill.jar``; then

>>> import promptmill
>>> prompts = spark.sql("select 'My dream is' as prompt")
>>> texts = promptmill.generate(prompts, max_new_tokens=5)
>>> texts.columns
['prompt', 'sequences', 'status', 'error']

:py:func:`promptmill.generate` is a function of a DataFrame, :py:class:`promptmill.TextGenerator` a stage of
``pyspark.ml``. A pipeline that was saved with such a stage, by the JVM or by Python, is loaded after ``import promptmill``.
"""

import sys
from typing import TYPE_CHECKING, Any, List

from promptmill import _java_names
from promptmill._generate import generate

if TYPE_CHECKING:
    from promptmill._text_generator import TextGenerator

__all__ = ["TextGenerator", "generate"]

# pyspark.ml imports the class of a saved stage by its name on the JVM.
sys.modules[_java_names.PACKAGE] = _java_names


def __getattr__(name: str) -> Any:
    """TextGenerator when it is asked for: pyspark.ml needs numpy, which generate does without."""
    if name == "TextGenerator":
        from promptmill._text_generator import TextGenerator

        return TextGenerator
    raise AttributeError("module 'promptmill' has no attribute '%s'" % name)


def __dir__() -> List[str]:
    return __all__
