"""What the package promptmill is and does in a PySpark that was started with the jar, as JSON in a file.

usage: python_api.py FOLDER, which holds a model gpt2, values.json with a value for each Param, and by-jvm, a pipeline that
the JVM has saved with them; by-python is saved there, and told.json.
"""

import doctest
import importlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import numpy
import promptmill
from promptmill import TextGenerator
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import SQLTransformer
from pyspark.sql import DataFrame, SparkSession

folder = Path(sys.argv[1])
values: Dict[str, Any] = json.loads((folder / "values.json").read_text())
spark = SparkSession.builder.getOrCreate()
prompts = spark.sql("select id, concat('Hello world, this is ', id) as prompt from range(5)")
gpt2 = folder / "gpt2"


def method(generator: TextGenerator, kind: str, param: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(generator, kind + param[0].upper() + param[1:])
    return found


def params(generator: TextGenerator) -> Dict[str, List[Any]]:
    return {
        param.name: [param.doc, generator.getOrDefault(param) if generator.hasDefault(param) else None]
        for param in generator.params
    }


def got(generator: TextGenerator) -> Dict[str, Any]:
    return {name: method(generator, "get", name)() for name in values}


def set_values(generator: TextGenerator) -> Dict[str, Any]:
    return {param.name: generator.getOrDefault(param) for param in generator.params if generator.isSet(param)}


def rows(generated: DataFrame) -> List[str]:
    return [row.json for row in generated.selectExpr("id", "to_json(struct(*)) as json").orderBy("id").collect()]


def refused(call: Callable[[], Any]) -> List[Optional[str]]:
    try:
        call()
        return [None, None]
    except Exception as e:
        return [type(e).__name__, str(e)]


everything = TextGenerator()
for name, value in values.items():
    method(everything, "set", name)(value)
first = SQLTransformer(statement="select * from __THIS__")
Pipeline(stages=[first, everything]).fit(prompts).save(str(folder / "by-python"))
loaded = PipelineModel.load(str(folder / "by-jvm")).stages[-1]
assert isinstance(loaded, TextGenerator)

sampling = TextGenerator(model=gpt2, idCol="id", maxNewTokens=6, doSample=True, numReturnSequences=2, stop="x")
copy = sampling.copy({sampling.numReturnSequences: 1})
sampling.save(str(folder / "stage"))
single = TextGenerator.load(str(folder / "stage"))
strict = TextGenerator(topP=0.5)
of_numpy: Dict[str, Any] = {
    "doSample": numpy.bool_(True),
    "topK": numpy.int64(7),
    "topP": numpy.float64(0.5),
    "eosTokenId": numpy.array(5),
}

told = {
    "params": params(TextGenerator()),
    "constructor": [name for name in inspect.signature(TextGenerator).parameters],
    "settings": [name for name in inspect.signature(promptmill.generate).parameters],
    "got": got(everything),
    "loaded": got(loaded),
    "constructed": got(TextGenerator(**values)),
    "loaded uid": loaded.uid,
    "copied": [copy.getNumReturnSequences(), sampling.getNumReturnSequences(), copy.getStop(), copy.uid == sampling.uid],
    "explained": everything.explainParam("model"),
    "rows": {
        "generate": rows(
            promptmill.generate(
                prompts, gpt2, id_column="id", max_new_tokens=6, do_sample=True, num_return_sequences=2, stop=["x"]
            )
        ),
        "transform": rows(sampling.transform(prompts)),
        "loaded": rows(single.transform(prompts.repartition(3))),
        "of the partitions": rows(
            promptmill.generate(
                prompts.coalesce(1),
                str(gpt2),
                partitions=0,
                id_column="id",
                max_new_tokens=6,
                do_sample=True,
                num_return_sequences=2,
                stop=("x",),
            )
        ),
    },
    "partitions": [
        promptmill.generate(prompts.coalesce(1), gpt2, partitions=partitions).rdd.getNumPartitions()
        for partitions in (None, 0, 3)
    ],
    "refused": {
        "unknown": refused(lambda: promptmill.generate(prompts, gpt2, max_new_token=3)),  # type: ignore[arg-type]
        "type": refused(lambda: promptmill.generate(prompts, gpt2, top_k="many")),  # type: ignore[arg-type]
        "other name": refused(lambda: promptmill.generate(prompts, gpt2, n=3)),  # type: ignore[arg-type]
        "word": refused(lambda: promptmill.generate(prompts, gpt2, on_long_prompt="cut")),
        "slots": refused(lambda: promptmill.generate(prompts, gpt2, slots=0)),
        "partitions": refused(lambda: promptmill.generate(prompts, gpt2, partitions="3")),  # type: ignore[arg-type]
        "no partitions": refused(lambda: promptmill.generate(prompts, gpt2, partitions=-1)),
        "no frame": refused(lambda: promptmill.generate(["a"], gpt2)),  # type: ignore[arg-type]
        "no frame for a stage": refused(lambda: strict.transform(None)),  # type: ignore[arg-type]
        "a column twice": refused(lambda: promptmill.generate(prompts.select("*", "id"), gpt2)),
        "base alone": refused(lambda: promptmill.generate(prompts, base_model=gpt2)),
        "None": refused(lambda: strict.setStop(None)),  # type: ignore[arg-type]
        "range": refused(lambda: promptmill.generate(prompts, gpt2, top_p=3)),
        "model": refused(lambda: promptmill.generate(prompts, folder / "nobody" / "has" / "it")),
        "column": refused(lambda: promptmill.generate(prompts.drop("prompt"), gpt2)),
        "setter": refused(lambda: strict.setTopP(3)),
        "setter's type": refused(lambda: strict.setStop(5)),  # type: ignore[arg-type]
        "stage's model": refused(lambda: TextGenerator(model="/nobody/has/it").transform(prompts)),
        "two that clash": refused(lambda: sampling.copy({sampling.doSample: False}).transform(prompts)),
    },
    "kept": strict.getTopP(),
    "scalars": set_values(TextGenerator(slots="auto", **of_numpy)),
    "examples": {
        module.name: list(
            doctest.testmod(
                importlib.import_module("promptmill." + module.name), globs={"spark": spark, "promptmill": promptmill}
            )
        )
        for module in pkgutil.iter_modules(promptmill.__path__)
    },
    "example of the package": list(doctest.testmod(promptmill, extraglobs={"spark": spark})),
}
(folder / "told.json").write_text(json.dumps(told))
