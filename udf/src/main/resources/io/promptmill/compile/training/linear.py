# Linear layers and embeddings that learn, in the place of the network's own linear.py: the same classes and functions over
# float32 weights as the checkpoint stores them, with nothing packed, filled up or computed in place.

# What all linear layers of a network share.
class Arithmetic:
  compute : int

# weight [in, out] or [out, in], bias [out]
class Linear:
  arithmetic : __torch__.linear.Arithmetic
  weight : Tensor
  bias : Optional[Tensor]
  is_in_out : bool

  def prepare(self: __torch__.linear.Linear) -> NoneType:
    return None

  def prepare_head(self: __torch__.linear.Linear) -> NoneType:
    return None

  # x [rows, in] float32 -> [rows, out] float32. In bfloat16 the products alone are computed: what is learned stays float32.
  def of(self: __torch__.linear.Linear, x: Tensor) -> Tensor:
    compute = self.arithmetic.compute
    weight = self.weight.t() if self.is_in_out else self.weight
    bias = self.bias
    if bias is not None:
      bias = bias.to(compute)
    return torch.linear(x.to(compute), weight.to(compute), bias).to(FLOAT32)

# A row for each id: weight [ids, width].
class Embedding:
  weight : Tensor

  def of(self: __torch__.linear.Embedding, ids: Tensor) -> Tensor:
    return torch.embedding(self.weight, ids)

# x with a share p of its numbers set to zero and the others made larger, where gradients are computed.
def dropped(x: Tensor, p: float) -> Tensor:
  return torch.dropout(x, p, True) if p > 0. and x.requires_grad else x

def tiles(x: Tensor) -> List[Tensor]:
  return [x]

def filled_up(x: Tensor) -> Tensor:
  return x

def joined(tiles: List[Tensor]) -> Tensor:
  return tiles[0]
