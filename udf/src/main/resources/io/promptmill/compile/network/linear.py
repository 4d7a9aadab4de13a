# Linear layers and embeddings: the one file that knows how weights are stored and what a device multiplies them with.
#
# Weights are float32 or bfloat16 or, where there are scales, whole numbers of 8 bits. prepare brings them into the form the
# device computes with; nothing can be learned from packed ones. So training puts a text of its own in the place of this file:
# the classes Arithmetic, Linear and Embedding and the functions dropped, tiles, filled_up and joined, over weights as they are
# stored.

# What all linear layers of a network share.
class Arithmetic:
  compute : int
  levels : int
  is_float32 : bool
  is_int8 : bool

  # Has int8 products with numbers as large as this processor adds without an error. -> [1] float64: by how much sums of such
  # products are wrong, which must be 0.
  def fit_levels(self: __torch__.linear.Arithmetic) -> Tensor:
    # Processors without VNNI add pairs of products in 16 bits, and the largest do not fit.
    if bool(self.int8_error() > 0):
      self.levels = LEVELS // 2
    return self.int8_error()

  # The deviation of 64 products of the largest numbers from their exact sum.
  def int8_error(self: __torch__.linear.Arithmetic) -> Tensor:
    weight = ops.onednn.qlinear_prepack(torch.full([64, 64], LEVELS, dtype=INT8), None)
    q = torch.full([64, 64], 2 * self.levels + 1, dtype=UINT8)
    y = self.int8_product(q, 1., weight, torch.ones([64]), torch.zeros([64], dtype=INT64), None)
    return torch.amax(torch.abs(y.to(FLOAT64) - 64. * LEVELS * self.levels)).view([1])

  # q [rows, in] uint8, in which levels + 1 stands for zero; weight packed, scales and zeros [out] -> [rows, out] float32.
  def int8_product(self: __torch__.linear.Arithmetic, q: Tensor, scale: float, weight: Tensor, scales: Tensor, zeros: Tensor,
                   bias: Optional[Tensor]) -> Tensor:
    return ops.onednn.qlinear_pointwise(q, scale, self.levels + 1, weight, scales, zeros, bias, 1., 0, FLOAT32,
                                        "none", annotate(List[Optional[number]], []), "")

# weight [out, in], bias [out]; with scales [out] weights are whole numbers times these.
class Linear:
  arithmetic : __torch__.linear.Arithmetic
  weight : Tensor
  bias : Optional[Tensor]
  scales : Optional[Tensor]
  zero_points : Optional[Tensor]
  in_features : int
  is_head : bool

  # Called once, before anything else.
  def prepare(self: __torch__.linear.Linear) -> NoneType:
    bias = self.bias
    if bias is not None:
      self.bias = bias.to(self.arithmetic.compute)
    if self.arithmetic.is_int8:
      self.zero_points = torch.zeros([self.weight.size(0)], dtype=INT64)
      self.weight = ops.onednn.qlinear_prepack(self.weight.contiguous(), None)
    elif self.weight.is_cpu:
      weight = __torch__.linear.filled_up(self.weight.to(self.arithmetic.compute))
      self.weight = ops.mkldnn._reorder_linear_weight(weight.contiguous())
    else:
      self.weight = self.weight.to(self.arithmetic.compute)
    return None

  # Called instead where outputs are logits. They end at a multiple of BLOCK tokens, so that they are looked at in whole
  # blocks; what is not in the vocabulary is never likely.
  def prepare_head(self: __torch__.linear.Linear) -> NoneType:
    self.is_head = True
    tokens = self.weight.size(0)
    missing = -tokens % BLOCK
    self.weight = torch.constant_pad_nd(self.weight, [0, 0, 0, missing], 0)
    bias = self.bias
    if bias is None:
      bias = torch.zeros([tokens], device=self.weight.device)
    self.bias = torch.constant_pad_nd(bias.to(FLOAT32), [0, missing], -inf)
    scales = self.scales
    if scales is not None:
      self.scales = torch.constant_pad_nd(scales, [0, missing], 1.)
    return self.prepare()

  # x [rows, in] float32 -> [rows, out] float32. A row's result is the same beside any others.
  def of(self: __torch__.linear.Linear, x: Tensor) -> Tensor:
    scales, zero_points = self.scales, self.zero_points
    if scales is not None and zero_points is not None:
      return self.of_int8(x, scales, zero_points)
    y = x.to(self.arithmetic.compute)
    if not y.is_cpu:
      return torch.linear(y, self.weight, self.bias).to(FLOAT32)
    products = annotate(List[Tensor], [])
    for tile in __torch__.linear.tiles(__torch__.linear.filled_up(y)):
      products.append(ops.mkldnn._linear_pointwise(tile, self.weight, self.bias, "none", annotate(List[Optional[number]], []), ""))
    return __torch__.linear.joined(products).to(FLOAT32)

  # Each row is scaled by its own largest value, weights by that of each output; sums are of whole numbers, so they are exact
  # in any order.
  def of_int8(self: __torch__.linear.Linear, x: Tensor, scales: Tensor, zero_points: Tensor) -> Tensor:
    levels = self.arithmetic.levels
    largest = torch.clamp(torch.amax(torch.abs(x), [1], True), 1e-30)
    # levels + 1 stands for zero; the half makes truncation round.
    q = (x * (levels / largest)).add_(levels + 1.5).to(UINT8)
    bias = self.bias
    # The head's biases, 0 and -inf, stay what they are when they are scaled, too: its rows are long, and this is a pass less.
    y = self.arithmetic.int8_product(q, 1. / levels, self.weight, scales, zero_points, bias if self.is_head else None)
    y.mul_(largest)
    if bias is not None and not self.is_head:
      y.add_(bias)
    return y

# A row for each id: weight [ids, width]; with scales [ids] its numbers are whole ones times these.
class Embedding:
  weight : Tensor
  scales : Optional[Tensor]

  # ids -> their rows, float32.
  def of(self: __torch__.linear.Embedding, ids: Tensor) -> Tensor:
    x = torch.embedding(self.weight, ids).to(FLOAT32)
    scales = self.scales
    if scales is not None:
      x = x * torch.embedding(scales.unsqueeze(1), ids)
    return x

# Where training drops some of the numbers of x; here none.
def dropped(x: Tensor, p: float) -> Tensor:
  return x

# The rows of x in the parts that are computed together. On a CPU oneDNN picks its kernel by the number of rows; up to TILE it
# is always one and the same, so that no row's sum depends on how many others are computed with it. And what one product
# leaves is still near when the next one reads it.
def tiles(x: Tensor) -> List[Tensor]:
  return torch.split(x, TILE if x.is_cpu else x.size(0))

# x with zeros at the end of its last dimension, up to a multiple of ALIGNMENT numbers. Where numbers are left over when a processor has computed
# as many at once as it can, oneDNN picks another kernel by the number of rows, and functions have other last bits.
def filled_up(x: Tensor) -> Tensor:
  missing = -x.size(-1) % ALIGNMENT
  return torch.constant_pad_nd(x, [0, missing], 0.) if missing > 0 else x

def joined(tiles: List[Tensor]) -> Tensor:
  return torch.cat(tiles) if len(tiles) > 1 else tiles[0]
