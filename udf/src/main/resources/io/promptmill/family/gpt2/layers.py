# GPT-2, as transformers' modeling_gpt2.py has it: what is its own beside attention, linear layers and the choice of tokens.
#
# Attributes have the names of Hugging Face's tensors. x is [N, L, E] float32: N rows of L tokens, E wide. Nothing here is
# computed in place, and weights are used only through linear.py: the same text serves training.
class Model:
  embd_pdrop : float
  wte : __torch__.linear.Embedding
  wpe : __torch__.linear.Embedding
  h : List[__torch__.family.Layer]
  ln_f : __torch__.family.LayerNorm
  lm_head : __torch__.linear.Linear

  def prepare(self: __torch__.family.Model) -> NoneType:
    for layer in self.h:
      layer.prepare()
    self.ln_f.prepare()
    return self.lm_head.prepare_head()

  def device(self: __torch__.family.Model) -> Device:
    return self.wte.weight.device

  def embed(self: __torch__.family.Model, ids: Tensor, positions: Tensor) -> Tensor:
    return __torch__.linear.dropped(self.wte.of(ids) + self.wpe.of(positions), self.embd_pdrop)

  def all_layers(self: __torch__.family.Model) -> List[__torch__.family.Layer]:
    return self.h

  # What the last layer leaves of some tokens, [rows, E] -> [rows, V]
  def logits(self: __torch__.family.Model, x: Tensor) -> Tensor:
    return self.lm_head.of(self.ln_f.of(x))

  # All linear layers, in the order they are computed in.
  def linears(self: __torch__.family.Model) -> List[__torch__.linear.Linear]:
    linears = annotate(List[__torch__.linear.Linear], [])
    for layer in self.h:
      linears = linears + [layer.attn.c_attn, layer.attn.c_proj, layer.mlp.c_fc, layer.mlp.c_proj]
    return linears + [self.lm_head]

class Layer:
  attention_scale : float
  ln_1 : __torch__.family.LayerNorm
  attn : __torch__.family.Attention
  ln_2 : __torch__.family.LayerNorm
  mlp : __torch__.family.MLP

  def prepare(self: __torch__.family.Layer) -> NoneType:
    self.ln_1.prepare()
    self.attn.c_attn.prepare()
    self.attn.c_proj.prepare()
    self.ln_2.prepare()
    self.mlp.c_fc.prepare()
    return self.mlp.c_proj.prepare()

  # -> queries [N, H, L, D], keys and values [N, K, L, D]
  def queries_keys_values(self: __torch__.family.Layer, x: Tensor, positions: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    n, length, width = x.size(0), x.size(1), x.size(2)
    y = self.attn.c_attn.of(self.ln_1.of(x).view([n * length, width]))
    heads = y.view([n, length, 3, self.attn.num_attention_heads, width // self.attn.num_attention_heads])
    q, k, v = torch.unbind(heads.permute([2, 0, 3, 1, 4]), 0)
    return (q, k, v)

  # What follows attention: a [N, H, L, D], its result -> [N, L, E]
  def after_attention(self: __torch__.family.Layer, x: Tensor, a: Tensor) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    attended = __torch__.linear.tiles(a.transpose(1, 2).reshape([n * length, width]))
    tiles = annotate(List[Tensor], [])
    for i, tile in enumerate(__torch__.linear.tiles(x.reshape([n * length, width]))):
      y = tile + __torch__.linear.dropped(self.attn.c_proj.of(attended[i]), self.attn.resid_pdrop)
      tiles.append(y + self.mlp.of(self.ln_2.of(y)))
    return __torch__.linear.joined(tiles).view_as(x)

class Attention:
  num_attention_heads : int
  resid_pdrop : float
  c_attn : __torch__.linear.Linear
  c_proj : __torch__.linear.Linear

class MLP:
  activation_function : str
  resid_pdrop : float
  c_fc : __torch__.linear.Linear
  c_proj : __torch__.linear.Linear

  def of(self: __torch__.family.MLP, x: Tensor) -> Tensor:
    y = __torch__.activation.of(self.activation_function, self.c_fc.of(x))
    return __torch__.linear.dropped(self.c_proj.of(y), self.resid_pdrop)

class LayerNorm:
  layer_norm_epsilon : float
  weight : Tensor
  bias : Tensor

  def prepare(self: __torch__.family.LayerNorm) -> NoneType:
    self.weight = self.weight.to(FLOAT32)
    self.bias = self.bias.to(FLOAT32)
    return None

  def of(self: __torch__.family.LayerNorm, x: Tensor) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.layer_norm_epsilon)
