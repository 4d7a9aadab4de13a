# A made-up family: GPT-2 with RMSNorm instead of LayerNorm, heads that share keys and values, and linear layers without biases.
# N rows of L tokens, E wide; H heads of queries and K of keys and values, each D wide.
class Model:
  tokens : __torch__.linear.Embedding
  places : __torch__.linear.Embedding
  layers : List[__torch__.family.Layer]
  norm : __torch__.family.RMSNorm
  lm_head : __torch__.linear.Linear

  def prepare(self: __torch__.family.Model) -> NoneType:
    for block in self.layers:
      block.prepare()
    return self.lm_head.prepare_head()

  def device(self: __torch__.family.Model) -> Device:
    return self.tokens.weight.device

  def embed(self: __torch__.family.Model, ids: Tensor, positions: Tensor) -> Tensor:
    return self.tokens.of(ids) + self.places.of(positions)

  def all_layers(self: __torch__.family.Model) -> List[__torch__.family.Layer]:
    return self.layers

  def logits(self: __torch__.family.Model, x: Tensor) -> Tensor:
    return self.lm_head.of(self.norm.of(x))

  def linears(self: __torch__.family.Model) -> List[__torch__.linear.Linear]:
    linears = annotate(List[__torch__.linear.Linear], [])
    for block in self.layers:
      linears = linears + block.linears()
    return linears + [self.lm_head]

class Layer:
  attention_scale : float
  num_attention_heads : int
  num_key_value_heads : int
  head_dim : int
  norm_1 : __torch__.family.RMSNorm
  q : __torch__.linear.Linear
  k : __torch__.linear.Linear
  v : __torch__.linear.Linear
  o : __torch__.linear.Linear
  norm_2 : __torch__.family.RMSNorm
  up : __torch__.linear.Linear
  down : __torch__.linear.Linear

  def linears(self: __torch__.family.Layer) -> List[__torch__.linear.Linear]:
    return [self.q, self.k, self.v, self.o, self.up, self.down]

  def prepare(self: __torch__.family.Layer) -> NoneType:
    for linear in self.linears():
      linear.prepare()
    return None

  # x [N, L, E] -> queries [N, H, L, D], keys and values [N, K, L, D]
  def queries_keys_values(self: __torch__.family.Layer, x: Tensor, positions: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    n, length = x.size(0), x.size(1)
    y = self.norm_1.of(x).view([n * length, x.size(2)])
    q = self.q.of(y).view([n, length, self.num_attention_heads, self.head_dim]).transpose(1, 2)
    k = self.k.of(y).view([n, length, self.num_key_value_heads, self.head_dim]).transpose(1, 2)
    v = self.v.of(y).view([n, length, self.num_key_value_heads, self.head_dim]).transpose(1, 2)
    return (q, k, v)

  def after_attention(self: __torch__.family.Layer, x: Tensor, a: Tensor) -> Tensor:
    rows = x.size(0) * x.size(1)
    y = x.reshape([rows, x.size(2)]) + self.o.of(a.transpose(1, 2).reshape([rows, self.num_attention_heads * self.head_dim]))
    return (y + self.down.of(__torch__.activation.of("silu", self.up.of(self.norm_2.of(y))))).view_as(x)

class RMSNorm:
  rms_norm_eps : float
  weight : Tensor

  def of(self: __torch__.family.RMSNorm, x: Tensor) -> Tensor:
    return x * torch.rsqrt(torch.mean(x * x, [-1], True) + self.rms_norm_eps) * self.weight
