"""The generation settings as Params of pyspark.ml, with its names for their methods."""

import json
from typing import Any, List, Sequence, TypeVar, Union

from pyspark.ml.param import Param, Params

from promptmill._values import CONVERTERS

Self = TypeVar("Self", bound="GenerationParams")


def _param(name: str, doc: str) -> "Param[Any]":
    return Param(Params._dummy(), name, doc, typeConverter=CONVERTERS[name])


class GenerationParams(Params):
    """What transformers calls a generation config. Unset is the model's own setting, and then transformers' default."""

    maxNewTokens: "Param[int]" = _param("maxNewTokens", "generated tokens at most")
    maxLength: "Param[int]" = _param("maxLength", "prompt and generated tokens at most")
    minNewTokens: "Param[int]" = _param("minNewTokens", "generated tokens at least")
    minLength: "Param[int]" = _param("minLength", "prompt and generated tokens at least")
    doSample: "Param[bool]" = _param("doSample", "whether tokens are drawn at random")
    temperature: "Param[float]" = _param("temperature", "logits are divided by it when sampling")
    topK: "Param[int]" = _param("topK", "keep the k most likely tokens when sampling; 0 is off")
    topP: "Param[float]" = _param("topP", "keep the most likely tokens of this mass when sampling; 1 is off")
    minP: "Param[float]" = _param("minP", "remove tokens below this share of the likeliest one when sampling; 0 is off")
    typicalP: "Param[float]" = _param("typicalP", "keep the most typical tokens of this mass when sampling; 1 is off")
    repetitionPenalty: "Param[float]" = _param("repetitionPenalty", "lowers the scores of tokens seen before; 1 is off")
    noRepeatNgramSize: "Param[int]" = _param("noRepeatNgramSize", "no n-gram of this size occurs twice; 0 is off")
    badWordsIds: "Param[str]" = _param(
        "badWordsIds",
        "token sequences never generated, such as [[5],[7,9]]; on the JVM as JSON text",
    )
    eosTokenId: "Param[List[int]]" = _param("eosTokenId", "token ids that end a sequence")
    numBeams: "Param[int]" = _param("numBeams", "beams of beam search; 1 is none")
    lengthPenalty: "Param[float]" = _param("lengthPenalty", "exponent of the length by which a beam's score is divided")
    earlyStopping: "Param[str]" = _param("earlyStopping", "when beam search stops: true, false or never")
    numReturnSequences: "Param[int]" = _param("numReturnSequences", "sequences per prompt")
    stop: "Param[List[str]]" = _param("stop", "strings that end a sequence")
    prefix: "Param[str]" = _param("prefix", "text put before every prompt")

    def setMaxNewTokens(self: Self, value: int) -> Self:
        """Sets :py:attr:`maxNewTokens`."""
        return self._set(maxNewTokens=value)

    def getMaxNewTokens(self) -> int:
        """The value of :py:attr:`maxNewTokens`."""
        return self.getOrDefault(self.maxNewTokens)

    def setMaxLength(self: Self, value: int) -> Self:
        """Sets :py:attr:`maxLength`."""
        return self._set(maxLength=value)

    def getMaxLength(self) -> int:
        """The value of :py:attr:`maxLength`."""
        return self.getOrDefault(self.maxLength)

    def setMinNewTokens(self: Self, value: int) -> Self:
        """Sets :py:attr:`minNewTokens`."""
        return self._set(minNewTokens=value)

    def getMinNewTokens(self) -> int:
        """The value of :py:attr:`minNewTokens`."""
        return self.getOrDefault(self.minNewTokens)

    def setMinLength(self: Self, value: int) -> Self:
        """Sets :py:attr:`minLength`."""
        return self._set(minLength=value)

    def getMinLength(self) -> int:
        """The value of :py:attr:`minLength`."""
        return self.getOrDefault(self.minLength)

    def setDoSample(self: Self, value: bool) -> Self:
        """Sets :py:attr:`doSample`."""
        return self._set(doSample=value)

    def getDoSample(self) -> bool:
        """The value of :py:attr:`doSample`."""
        return self.getOrDefault(self.doSample)

    def setTemperature(self: Self, value: float) -> Self:
        """Sets :py:attr:`temperature`."""
        return self._set(temperature=value)

    def getTemperature(self) -> float:
        """The value of :py:attr:`temperature`."""
        return self.getOrDefault(self.temperature)

    def setTopK(self: Self, value: int) -> Self:
        """Sets :py:attr:`topK`."""
        return self._set(topK=value)

    def getTopK(self) -> int:
        """The value of :py:attr:`topK`."""
        return self.getOrDefault(self.topK)

    def setTopP(self: Self, value: float) -> Self:
        """Sets :py:attr:`topP`."""
        return self._set(topP=value)

    def getTopP(self) -> float:
        """The value of :py:attr:`topP`."""
        return self.getOrDefault(self.topP)

    def setMinP(self: Self, value: float) -> Self:
        """Sets :py:attr:`minP`."""
        return self._set(minP=value)

    def getMinP(self) -> float:
        """The value of :py:attr:`minP`."""
        return self.getOrDefault(self.minP)

    def setTypicalP(self: Self, value: float) -> Self:
        """Sets :py:attr:`typicalP`."""
        return self._set(typicalP=value)

    def getTypicalP(self) -> float:
        """The value of :py:attr:`typicalP`."""
        return self.getOrDefault(self.typicalP)

    def setRepetitionPenalty(self: Self, value: float) -> Self:
        """Sets :py:attr:`repetitionPenalty`."""
        return self._set(repetitionPenalty=value)

    def getRepetitionPenalty(self) -> float:
        """The value of :py:attr:`repetitionPenalty`."""
        return self.getOrDefault(self.repetitionPenalty)

    def setNoRepeatNgramSize(self: Self, value: int) -> Self:
        """Sets :py:attr:`noRepeatNgramSize`."""
        return self._set(noRepeatNgramSize=value)

    def getNoRepeatNgramSize(self) -> int:
        """The value of :py:attr:`noRepeatNgramSize`."""
        return self.getOrDefault(self.noRepeatNgramSize)

    def setBadWordsIds(self: Self, value: Union[str, Sequence[Sequence[int]]]) -> Self:
        """Sets :py:attr:`badWordsIds`."""
        return self._set(badWordsIds=value)

    def getBadWordsIds(self) -> List[List[int]]:
        """The value of :py:attr:`badWordsIds`."""
        ids: List[List[int]] = json.loads(self.getOrDefault(self.badWordsIds))
        return ids

    def setEosTokenId(self: Self, value: Union[int, Sequence[int]]) -> Self:
        """Sets :py:attr:`eosTokenId`."""
        return self._set(eosTokenId=value)

    def getEosTokenId(self) -> List[int]:
        """The value of :py:attr:`eosTokenId`."""
        return self.getOrDefault(self.eosTokenId)

    def setNumBeams(self: Self, value: int) -> Self:
        """Sets :py:attr:`numBeams`."""
        return self._set(numBeams=value)

    def getNumBeams(self) -> int:
        """The value of :py:attr:`numBeams`."""
        return self.getOrDefault(self.numBeams)

    def setLengthPenalty(self: Self, value: float) -> Self:
        """Sets :py:attr:`lengthPenalty`."""
        return self._set(lengthPenalty=value)

    def getLengthPenalty(self) -> float:
        """The value of :py:attr:`lengthPenalty`."""
        return self.getOrDefault(self.lengthPenalty)

    def setEarlyStopping(self: Self, value: Union[bool, str]) -> Self:
        """Sets :py:attr:`earlyStopping`."""
        return self._set(earlyStopping=value)

    def getEarlyStopping(self) -> Union[bool, str]:
        """The value of :py:attr:`earlyStopping`."""
        when = self.getOrDefault(self.earlyStopping)
        return when if when == "never" else when == "true"

    def setNumReturnSequences(self: Self, value: int) -> Self:
        """Sets :py:attr:`numReturnSequences`."""
        return self._set(numReturnSequences=value)

    def getNumReturnSequences(self) -> int:
        """The value of :py:attr:`numReturnSequences`."""
        return self.getOrDefault(self.numReturnSequences)

    def setStop(self: Self, value: Union[str, Sequence[str]]) -> Self:
        """Sets :py:attr:`stop`."""
        return self._set(stop=value)

    def getStop(self) -> List[str]:
        """The value of :py:attr:`stop`."""
        return self.getOrDefault(self.stop)

    def setPrefix(self: Self, value: str) -> Self:
        """Sets :py:attr:`prefix`."""
        return self._set(prefix=value)

    def getPrefix(self) -> str:
        """The value of :py:attr:`prefix`."""
        return self.getOrDefault(self.prefix)
