# The settings of each row by which its next token is chosen: columns of the table that Java fills (StepSetting).
class Settings:
  # On the host: what there is to do is read from it, since a device would have to be waited for.
  host : Tensor
  # The same on the device, on a CPU the same tensor: what there is to do is done with it.
  device : Tensor

  # Both [B, settings] float64.
  def __init__(self: __torch__.settings.Settings, host: Tensor, device: Tensor) -> NoneType:
    self.host = host
    self.device = device
    return None

  # The settings of some rows, on a CPU.
  def of_rows(self: __torch__.settings.Settings, rows: Tensor) -> __torch__.settings.Settings:
    table = self.host.index_select(0, rows)
    return __torch__.settings.Settings(table, table)

  # One setting of all rows, to be read: [B]
  def asked(self: __torch__.settings.Settings, setting: int) -> Tensor:
    return self.host.select(1, setting)

  # One setting of all rows, to compute with: [B, 1]
  def column(self: __torch__.settings.Settings, setting: int) -> Tensor:
    return self.device.narrow(1, setting, 1)

  def any_samples(self: __torch__.settings.Settings) -> bool:
    return bool((self.asked(DO_SAMPLE) > 0).any())

  def any_penalises(self: __torch__.settings.Settings) -> bool:
    return bool((self.asked(REPETITION_PENALTY) != 1).any())
