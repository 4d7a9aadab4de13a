# A causal language model with its key/value cache: the methods that Java calls, by name; every argument is a tensor.
#
# What is a family's own comes as the file family, x being [N, L, E] float32, E wide, and positions [L], or [N] where L is 1:
#   Model.prepare(), device(), all_layers() -> List[Layer], linears() -> List[Linear] in the order they are computed in
#   Model.embed(ids [*], positions) -> [*, E], logits(x [rows, E]) -> [rows, V]
#   Layer.attention_scale, queries_keys_values(x, positions) -> q, k, v as attention.py takes them, after_attention(x, a) -> x
# Names in capitals are numbers that Java puts in (NetworkText).
#
# Shapes: B rows of a step (live slots, the first B of the cache), N prompts of a prefill, L padded prompt length, V vocabulary
# (in logits a multiple of BLOCK, filled up with -inf), S slots, P positions of the model, G places of shared prompts. Caches
# are kept by the caller and written in place: keys and values [layer, ...] as attention.py has them, history [S, P] int64.
# Reading order: prepare, prefill, step, step_logits, then choice.next_tokens.
class Network(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  vocab_size : int
  max_positions : int
  bos_token_id : int
  arithmetic : __torch__.linear.Arithmetic
  attention : __torch__.attention.Attention
  model : __torch__.family.Model

  # What a caller must know to call the rest: vocabulary, positions, bos token or -1.
  def shape(self: __torch__.network.Network) -> Tensor:
    return torch.tensor([self.vocab_size, self.max_positions, self.bos_token_id], dtype=FLOAT64)

  # Brings the weights into the form the device computes with; called once, before anything else. bfloat16 [1] int64 on the
  # host: 1 where the processor multiplies bfloat16 at full speed. -> [1] float64: by how much sums of int8 products are
  # wrong on this processor, which must be 0.
  def prepare(self: __torch__.network.Network, bfloat16: Tensor) -> Tensor:
    if not self.arithmetic.is_float32 and int(bfloat16.item()) == 1:
      self.attention.cache_type = BFLOAT16
    self.model.prepare()
    wrong = __torch__.activation.first_calls()
    if self.arithmetic.is_int8:
      wrong = self.arithmetic.fit_levels()
    return wrong

  # Computes prompt tokens into the cache; the last token of a prompt is left to its first step.
  # ids [N, L] padded at the end, slots [N]; before [1] int64 on the host: tokens that the slots hold already.
  def prefill(self: __torch__.network.Network, ids: Tensor, slots: Tensor, before: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    past = int(before.item())
    positions = torch.clamp(torch.arange(ids.size(1), device=ids.device) + past, max=self.max_positions - 1)
    x = self.model.embed(ids, positions)
    for i, layer in enumerate(self.model.all_layers()):
      q, k, v = layer.queries_keys_values(x, positions)
      a = self.attention.of_prompts(q, k, v, layer.attention_scale, slots, past, keys[i], values[i])
      x = layer.after_attention(x, a)
    return slots

  # One token for every row: its id goes in, the next one comes out and, where uniforms are for several steps, goes in again.
  # Between two steps nothing is read from the device, nor copied to it: either would wait for all that is queued there.
  # ids, positions [B] int64; starts [B] int64: tokens of the prompt that a row shares, 0 for none; shared [G] int64: tokens
  # of the prompt in each place, at least 1; members [G, SEATS] int64: the row in each seat, any where a seat is empty; seats
  # [B] int64: SEATS * place + seat, any for a row that shares none. windows [3] int64 on the host: positions to look at of
  # slots, of shared prompts and of the history, as many as the last step needs. settings [B, *] float64 on the host;
  # uniforms [steps, B, ATTEMPTS + 1]; beam_candidates [1] int64 on the host; the rest see choice.next_tokens, whose tables
  # these are:
  # -> chosen [steps, B, COLUMNS]; with beams, for which there is one step only, also theirs.
  def step(self: __torch__.network.Network, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
           seats: Tensor, windows: Tensor, settings: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
           keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> List[Tensor]:
    seen = history.narrow(0, 0, ids.size(0)).narrow(1, 0, min(int(windows[2].item()), history.size(1)))
    by = __torch__.settings.Settings(settings, settings.to(ids.device))
    candidates = int(beam_candidates.item())
    chosen = annotate(List[Tensor], [])
    beams = annotate(List[Tensor], [])
    for i in range(uniforms.size(0)):
      if i > 0:
        # From logits that are not finite anything may come; nobody looks at what follows it, but it must be a token.
        ids = torch.clamp(chosen[i - 1].select(1, TOKEN).to(INT64), max=self.vocab_size - 1)
        positions = positions + 1
      logits = self.step_logits(ids, positions, starts, shared, members, seats, windows, keys, values, shared_keys, shared_values, history)
      tables = __torch__.choice.next_tokens(logits, by, uniforms[i], banned, candidates, seen)
      chosen.append(tables[0])
      beams = tables[1:]
    return [torch.stack(chosen)] + beams

  # -> [B, V]
  def step_logits(self: __torch__.network.Network, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                  seats: Tensor, windows: Tensor, keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor,
                  history: Tensor) -> Tensor:
    rows = __torch__.attention.Rows(self.attention.num_attention_heads, positions, starts, shared, members, seats, windows)
    history[rows.row, positions] = ids
    x = self.model.embed(ids, positions).unsqueeze(1)
    for i, layer in enumerate(self.model.all_layers()):
      q, k, v = layer.queries_keys_values(x, positions)
      a = self.attention.of_rows(q, k, v, layer.attention_scale, rows, keys[i], values[i], shared_keys[i], shared_values[i])
      x = layer.after_attention(x, a)
    return self.model.logits(x.squeeze(1))

  # ---- the choice alone ----

  # settings on the host, and the same on the device.
  def next_tokens(self: __torch__.network.Network, logits: Tensor, settings: Tensor, settings_there: Tensor, uniforms: Tensor,
                  banned: Tensor, beam_candidates: Tensor, seen: Tensor) -> List[Tensor]:
    by = __torch__.settings.Settings(settings, settings_there)
    return __torch__.choice.next_tokens(logits, by, uniforms, banned, int(beam_candidates.item()), seen)

  def processed(self: __torch__.network.Network, logits: Tensor, settings: Tensor, banned: Tensor, seen: Tensor) -> Tensor:
    by = __torch__.settings.Settings(settings, settings.to(logits.device))
    return __torch__.choice.processed(logits, by, banned, seen)

  # ---- the cache ----

  # size [2] int64 on the host: slots or places, positions.
  def new_cache(self: __torch__.network.Network, size: Tensor) -> List[Tensor]:
    layers = len(self.model.all_layers())
    return self.attention.new_cache(layers, int(size[0].item()), int(size[1].item()), self.model.device())

  def remember(self: __torch__.network.Network, slots: Tensor, tokens: Tensor, history: Tensor) -> Tensor:
    return __torch__.cache.remember(slots, tokens, history)

  def copy(self: __torch__.network.Network, sources: Tensor, targets: Tensor, span: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    return __torch__.cache.copy(sources, targets, span, keys, values)

  def copy_history(self: __torch__.network.Network, sources: Tensor, targets: Tensor, history: Tensor) -> Tensor:
    return __torch__.cache.copy_history(sources, targets, history)

  def borrow(self: __torch__.network.Network, targets: Tensor, length: Tensor, other_keys: Tensor, other_values: Tensor,
             keys: Tensor, values: Tensor) -> Tensor:
    return __torch__.cache.borrow(targets, length, other_keys, other_values, keys, values)

  def grow(self: __torch__.network.Network, old_keys: Tensor, old_values: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    return __torch__.cache.grow(old_keys, old_values, keys, values)

  def grow_history(self: __torch__.network.Network, old: Tensor, history: Tensor) -> Tensor:
    return __torch__.cache.grow_history(old, history)

  def clear(self: __torch__.network.Network, slots: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    return __torch__.cache.clear(slots, keys, values)

  # ---- what benchmarks ask ----

  # The network of the steps without the choice, so each on the first one's ids: takes what step takes, gives the first
  # column of the last logits [B, 1].
  def step_network(self: __torch__.network.Network, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                   seats: Tensor, windows: Tensor, settings: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
                   keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> Tensor:
    logits = torch.zeros([0])
    for _ in range(uniforms.size(0)):
      logits = self.step_logits(ids, positions, starts, shared, members, seats, windows, keys, values, shared_keys, shared_values, history)
    return logits.narrow(1, 0, 1)

  # Takes and gives what step does and computes nothing: what remains is the call itself.
  def step_nothing(self: __torch__.network.Network, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                   seats: Tensor, windows: Tensor, settings: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
                   keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> List[Tensor]:
    return [torch.zeros([uniforms.size(0), ids.size(0), COLUMNS], dtype=FLOAT64, device=ids.device)]

  # All linear layers and the head through their seam, with nothing between them: what matrix multiplication allows.
  # size [2] int64 on the host: rows, passes.
  def linear_layers(self: __torch__.network.Network, size: Tensor) -> Tensor:
    rows = int(size[0].item())
    device = self.model.device()
    x = torch.ones([rows, 0], device=device)
    total = torch.zeros([], device=device)
    for _ in range(int(size[1].item())):
      for linear in self.model.linears():
        if x.size(1) != linear.in_features:
          x = torch.ones([rows, linear.in_features], device=device)
        # What nobody looks at would not be computed.
        total = total + linear.of(x)[0][0]
    return total

  def forward(self: __torch__.network.Network, ids: Tensor) -> Tensor:
    return ids
