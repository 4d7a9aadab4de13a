"""TextGenerator: the stage of pyspark.ml."""

from os import PathLike
from typing import Any, Dict, Optional, Sequence, Union

from pyspark import keyword_only
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer
from pyspark.sql import DataFrame

from promptmill._java_names import PACKAGE, TEXT_GENERATOR
from promptmill._session import errors_of_python, is_connect, java_generator, require_frame
from promptmill._text_generator_params import TextGeneratorParams
from promptmill._values import SLOTS


class TextGenerator(JavaTransformer, TextGeneratorParams, JavaMLReadable["TextGenerator"], JavaMLWritable):
    """Continues prompts with a causal language model of Hugging Face's.

    All rows and columns are kept. Added are a column of sequences (an array of structs), ``status`` (``ok``, ``rejected``,
    ``failed``) and ``error``, which says what to do about a row without sequences. Transforming is lazy, but the model is
    compiled and sent to the executors at once. What a Param must be is checked when it is set, by the JVM.

    >>> from promptmill import TextGenerator
    >>> generator = TextGenerator(maxNewTokens=5, stop=["."]).setDoSample(True).setTopP(0.95)
    >>> generator.getStop()
    ['.']
    >>> texts = generator.transform(spark.sql("select 'My dream is' as prompt"))
    >>> texts.selectExpr("size(sequences) as sequences", "status").show()
    +---------+------+
    |sequences|status|
    +---------+------+
    |        1|    ok|
    +---------+------+
    <BLANKLINE>
    """

    _input_kwargs: Dict[str, Any]
    _java_obj: Any = None

    @keyword_only
    def __init__(
        self,
        *,
        model: Union[str, "PathLike[str]", None] = None,
        baseModel: Union[str, "PathLike[str]", None] = None,
        idCol: Optional[str] = None,
        promptCol: Optional[str] = None,
        outputCol: Optional[str] = None,
        slots: Union[int, str, None] = None,
        seed: Optional[int] = None,
        returnFullText: Optional[bool] = None,
        onLongPrompt: Optional[str] = None,
        logprobs: Optional[bool] = None,
        device: Optional[str] = None,
        precision: Optional[str] = None,
        maxNewTokens: Optional[int] = None,
        maxLength: Optional[int] = None,
        minNewTokens: Optional[int] = None,
        minLength: Optional[int] = None,
        doSample: Optional[bool] = None,
        temperature: Optional[float] = None,
        topK: Optional[int] = None,
        topP: Optional[float] = None,
        minP: Optional[float] = None,
        typicalP: Optional[float] = None,
        repetitionPenalty: Optional[float] = None,
        noRepeatNgramSize: Optional[int] = None,
        badWordsIds: Union[str, Sequence[Sequence[int]], None] = None,
        eosTokenId: Union[int, Sequence[int], None] = None,
        numBeams: Optional[int] = None,
        lengthPenalty: Optional[float] = None,
        earlyStopping: Union[bool, str, None] = None,
        numReturnSequences: Optional[int] = None,
        stop: Union[str, Sequence[str], None] = None,
        prefix: Optional[str] = None,
    ) -> None:
        super().__init__()
        self._java_obj = TEXT_GENERATOR if is_connect() else java_generator(self.uid)  # its name, for the server
        self._setDefault(
            model="sample-model",
            promptCol="prompt",
            outputCol="sequences",
            slots=SLOTS,
            seed=0,
            returnFullText=False,
            onLongPrompt="reject",
            logprobs=False,
            device="auto",
            precision="auto",
        )
        self.setParams(**self._input_kwargs)

    def setParams(self, **params: Any) -> "TextGenerator":
        """Sets Params by their names, as the constructor takes them; what is None stays as it is."""
        return self._set(**{name: value for name, value in params.items() if value is not None})

    def _set(self, **params: Any) -> "TextGenerator":
        """Sets nothing where one of the values is refused, here or by the JVM."""
        for name, value in params.items():
            if value is None:
                raise TypeError(
                    'Invalid param value given for param "%s". None is no value: clear(generator.%s) unsets it' % (name, name)
                )
        before = dict(self._paramMap)
        try:
            super()._set(**params)
            for name in [] if is_connect() else params:
                param = self.getParam(name)
                self._java_obj.set(self._make_java_param_pair(param, self._paramMap[param]))
        except Exception:
            self._paramMap = before
            raise
        return self

    def _transform(self, dataset: DataFrame) -> DataFrame:
        require_frame(dataset, "TextGenerator")
        with errors_of_python():
            return super()._transform(dataset)

    @classmethod
    def read(cls) -> "JavaMLReader[TextGenerator]":
        """Reads saved generators."""
        # Its module is what pyspark takes the JVM's name from.
        named: Any = type(cls.__name__, (cls,), {"__module__": PACKAGE})
        reader: JavaMLReader[TextGenerator] = super(TextGenerator, named).read()
        return reader
