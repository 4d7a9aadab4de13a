"""Where prompts and model come from, and how a run goes, as Params of pyspark.ml."""

from os import PathLike
from typing import TypeVar, Union

from pyspark.ml.param import Param

from promptmill._generation_params import GenerationParams, _param

Self = TypeVar("Self", bound="TextGeneratorParams")


class TextGeneratorParams(GenerationParams):
    """All Params of a TextGenerator, with the defaults that they have on the JVM."""

    model: "Param[str]" = _param(
        "model",
        "checkpoint folder in Hugging Face layout, on any Hadoop file system, or a version in a folder of "
        "versions: FOLDER@latest, FOLDER@best, FOLDER@v3; or a model on the Hugging Face hub: "
        "OWNER/NAME@REVISION; unset: what spark.promptmill.model names, or else the sample model in the jar",
    )
    baseModel: "Param[str]" = _param(
        "baseModel",
        "the base, as model names one, where model is a PEFT adapter; unset: the adapter's folder or what "
        "the adapter names",
    )
    idCol: "Param[str]" = _param(
        "idCol",
        "column that holds each row's key; unset: a prompt's digest is its key, so that equal prompts get "
        "equal texts",
    )
    promptCol: "Param[str]" = _param("promptCol", "column that holds the prompts")
    outputCol: "Param[str]" = _param("outputCol", "name of the added column of sequences")
    slots: "Param[int]" = _param("slots", "sequences in flight at most, per task")
    seed: "Param[int]" = _param("seed", "keys all random numbers")
    returnFullText: "Param[bool]" = _param("returnFullText", "whether generated_text begins with the prompt")
    onLongPrompt: "Param[str]" = _param(
        "onLongPrompt",
        "a prompt that does not fit: reject, truncate-left or truncate-right",
    )
    logprobs: "Param[bool]" = _param("logprobs", "whether sequences have token_logprobs")
    device: "Param[str]" = _param("device", "where the model runs: auto, cpu or gpu")
    precision: "Param[str]" = _param(
        "precision",
        "arithmetic of the model: auto (fp32 on CPUs, bf16 on GPUs), fp32, bf16 or int8",
    )

    def setModel(self: Self, value: Union[str, "PathLike[str]"]) -> Self:
        """Sets :py:attr:`model`."""
        return self._set(model=value)

    def getModel(self) -> str:
        """The value of :py:attr:`model`."""
        return self.getOrDefault(self.model)

    def setBaseModel(self: Self, value: Union[str, "PathLike[str]"]) -> Self:
        """Sets :py:attr:`baseModel`."""
        return self._set(baseModel=value)

    def getBaseModel(self) -> str:
        """The value of :py:attr:`baseModel`."""
        return self.getOrDefault(self.baseModel)

    def setIdCol(self: Self, value: str) -> Self:
        """Sets :py:attr:`idCol`."""
        return self._set(idCol=value)

    def getIdCol(self) -> str:
        """The value of :py:attr:`idCol`."""
        return self.getOrDefault(self.idCol)

    def setPromptCol(self: Self, value: str) -> Self:
        """Sets :py:attr:`promptCol`."""
        return self._set(promptCol=value)

    def getPromptCol(self) -> str:
        """The value of :py:attr:`promptCol`."""
        return self.getOrDefault(self.promptCol)

    def setOutputCol(self: Self, value: str) -> Self:
        """Sets :py:attr:`outputCol`."""
        return self._set(outputCol=value)

    def getOutputCol(self) -> str:
        """The value of :py:attr:`outputCol`."""
        return self.getOrDefault(self.outputCol)

    def setSlots(self: Self, value: Union[int, str]) -> Self:
        """Sets :py:attr:`slots`."""
        return self._set(slots=value)

    def getSlots(self) -> int:
        """The value of :py:attr:`slots`."""
        return self.getOrDefault(self.slots)

    def setSeed(self: Self, value: int) -> Self:
        """Sets :py:attr:`seed`."""
        return self._set(seed=value)

    def getSeed(self) -> int:
        """The value of :py:attr:`seed`."""
        return self.getOrDefault(self.seed)

    def setReturnFullText(self: Self, value: bool) -> Self:
        """Sets :py:attr:`returnFullText`."""
        return self._set(returnFullText=value)

    def getReturnFullText(self) -> bool:
        """The value of :py:attr:`returnFullText`."""
        return self.getOrDefault(self.returnFullText)

    def setOnLongPrompt(self: Self, value: str) -> Self:
        """Sets :py:attr:`onLongPrompt`."""
        return self._set(onLongPrompt=value)

    def getOnLongPrompt(self) -> str:
        """The value of :py:attr:`onLongPrompt`."""
        return self.getOrDefault(self.onLongPrompt)

    def setLogprobs(self: Self, value: bool) -> Self:
        """Sets :py:attr:`logprobs`."""
        return self._set(logprobs=value)

    def getLogprobs(self) -> bool:
        """The value of :py:attr:`logprobs`."""
        return self.getOrDefault(self.logprobs)

    def setDevice(self: Self, value: str) -> Self:
        """Sets :py:attr:`device`."""
        return self._set(device=value)

    def getDevice(self) -> str:
        """The value of :py:attr:`device`."""
        return self.getOrDefault(self.device)

    def setPrecision(self: Self, value: str) -> Self:
        """Sets :py:attr:`precision`."""
        return self._set(precision=value)

    def getPrecision(self) -> str:
        """The value of :py:attr:`precision`."""
        return self.getOrDefault(self.precision)
