"""The classes of the package ``io.promptmill.spark`` by their names on the JVM: what pyspark.ml imports for a saved stage."""

from typing import Any

PACKAGE = "io.promptmill.spark"
TEXT_GENERATOR = PACKAGE + ".TextGenerator"


def __getattr__(name: str) -> Any:
    """The Python class of a Java class, imported when it is asked for."""
    if name == "TextGenerator":
        from promptmill._text_generator import TextGenerator

        return TextGenerator
    raise AttributeError("Python has no class for %s.%s" % (PACKAGE, name))
