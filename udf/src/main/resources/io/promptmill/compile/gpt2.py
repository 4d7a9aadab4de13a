# GPT-2 as TorchScript text: the network, the choice of the next token, and the key/value cache they share.
#
# Shapes: B rows of a step (live slots, the first B of the cache), N prompts of a prefill, L padded prompt length,
# W window of the cache a step looks at, V vocabulary, E width, H heads, D = E / H, S slots, P cache positions.
# Caches are made by the caller and written in place: keys and values [layer, S, H, P, D] float32, history [S, P] int64.
# Java calls the methods by name; every argument is a tensor. Reading order: prepare, prefill, step, next_tokens.
class Gpt2(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  n_head : int
  bos_token_id : int
  layer_norm_epsilon : float
  activation : str
  tied : bool
  attention_scales : List[float]
  wte : Tensor
  wpe : Tensor
  norms : List[Tensor]
  weights : List[Tensor]
  biases : List[Tensor]
  on_cpu : bool
  float32 : int
  float64 : int
  int64 : int
  bool : int

  # What a caller must know to call the rest: vocabulary, positions, layers, heads, width of a head, bos token or -1.
  def shape(self: __torch__.Gpt2) -> Tensor:
    return torch.tensor([self.wte.size(0), self.wpe.size(0), len(self.attention_scales), self.n_head,
                         self.wte.size(1) // self.n_head, self.bos_token_id], dtype=self.float64)

  # Brings the weights into the form the device computes with; called once, before anything else.
  def prepare(self: __torch__.Gpt2) -> Tensor:
    self.on_cpu = self.wte.is_cpu
    self.wte = self.wte.to(self.float32)
    self.wpe = self.wpe.to(self.float32)
    for i in range(len(self.norms)):
      self.norms[i] = self.norms[i].to(self.float32)
    for i in range(len(self.biases)):
      self.biases[i] = self.biases[i].to(self.float32)
    if self.tied:
      self.weights.append(self.wte)
    for i in range(len(self.weights)):
      self.weights[i] = self.packed(self.weights[i].to(self.float32))
    return torch.zeros([0])

  # The one seam between precisions and devices: packed, then linear. weight [out, in], x [rows, in] -> [rows, out].
  def packed(self: __torch__.Gpt2, weight: Tensor) -> Tensor:
    if self.on_cpu:
      return ops.mkldnn._reorder_linear_weight(weight.contiguous())
    return weight

  def linear(self: __torch__.Gpt2, x: Tensor, weight: int, bias: Optional[Tensor]) -> Tensor:
    if self.on_cpu:
      # Fewer rows would be summed up by another kernel, and differ in the last bits from the same rows in company.
      rows = x.size(0)
      x = torch.constant_pad_nd(x, [0, 0, 0, max(0, 16 - rows)], 0.)
      y = ops.mkldnn._linear_pointwise(x, self.weights[weight], bias, "none", annotate(List[Optional[number]], []), "")
      return y.narrow(0, 0, rows)
    return torch.linear(x, self.weights[weight], bias)

  # Computes prompt tokens into the cache; the last token of a prompt is left to its first step.
  # ids [N, L] padded at the end, slots [N].
  def prefill(self: __torch__.Gpt2, ids: Tensor, slots: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    length = ids.size(1)
    positions = torch.clamp(torch.arange(length, device=ids.device), max=self.wpe.size(0) - 1)
    x = torch.embedding(self.wte, ids) + torch.embedding(self.wpe, positions)
    for layer in range(len(self.attention_scales)):
      q, k, v = self.heads(x, layer)
      keys[layer].narrow(2, 0, length).index_copy_(0, slots, k)
      values[layer].narrow(2, 0, length).index_copy_(0, slots, v)
      a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=self.attention_scales[layer])
      x = self.rest_of_layer(x, a, layer)
    return slots

  # One token for every row: its id goes in, the next one comes out.
  # ids, positions [B] int64; window [1] int64 on the host; the rest see next_tokens.
  def step(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, window: Tensor, parameters: Tensor, uniforms: Tensor,
           banned: Tensor, beam_candidates: Tensor, keys: Tensor, values: Tensor, history: Tensor) -> List[Tensor]:
    logits = self.step_logits(ids, positions, window, keys, values, history)
    seen = history.narrow(0, 0, ids.size(0)).narrow(1, 0, int(window.item()))
    return self.next_tokens(logits, parameters, uniforms, banned, beam_candidates, seen)

  # -> [B, V]
  def step_logits(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, window: Tensor,
                  keys: Tensor, values: Tensor, history: Tensor) -> Tensor:
    rows = ids.size(0)
    w = int(window.item())
    row = torch.arange(rows, device=ids.device)
    history[row, positions] = ids
    future = torch.gt(torch.arange(w, device=ids.device), positions.unsqueeze(1))
    mask = torch.zeros([rows, 1, 1, w], device=ids.device).masked_fill_(future.view([rows, 1, 1, w]), -inf)
    x = (torch.embedding(self.wte, ids) + torch.embedding(self.wpe, positions)).unsqueeze(1)
    for layer in range(len(self.attention_scales)):
      q, k, v = self.heads(x, layer)
      keys_here = keys[layer].narrow(0, 0, rows)
      values_here = values[layer].narrow(0, 0, rows)
      keys_here[row, :, positions] = k.squeeze(2)
      values_here[row, :, positions] = v.squeeze(2)
      scores = torch.matmul(q, keys_here.narrow(2, 0, w).transpose(2, 3)) * self.attention_scales[layer] + mask
      a = torch.matmul(torch.softmax(scores, -1), values_here.narrow(2, 0, w))
      x = self.rest_of_layer(x, a, layer)
    x = self.norm(x.squeeze(1), len(self.norms) - 2)
    return self.linear(x, len(self.weights) - 1, None)

  # x [N, L, E] -> queries, keys, values, each [N, H, L, D]
  def heads(self: __torch__.Gpt2, x: Tensor, layer: int) -> Tuple[Tensor, Tensor, Tensor]:
    n, length, width = x.size(0), x.size(1), x.size(2)
    y = self.norm(x, 4 * layer).view([n * length, width])
    qkv = self.linear(y, 4 * layer, self.biases[4 * layer]).view([n, length, 3, self.n_head, width // self.n_head])
    q, k, v = torch.unbind(qkv.permute([2, 0, 3, 1, 4]), 0)
    return (q, k, v)

  # What follows attention in a layer: a [N, H, L, D] attention's output -> [N, L, E]
  def rest_of_layer(self: __torch__.Gpt2, x: Tensor, a: Tensor, layer: int) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    y = a.transpose(1, 2).reshape([n * length, width])
    x = x + self.linear(y, 4 * layer + 1, self.biases[4 * layer + 1]).view_as(x)
    y = self.norm(x, 4 * layer + 2).view([n * length, width])
    y = self.activate(self.linear(y, 4 * layer + 2, self.biases[4 * layer + 2]))
    return x + self.linear(y, 4 * layer + 3, self.biases[4 * layer + 3]).view_as(x)

  # norms holds weight, bias of ln_1, weight, bias of ln_2 for each layer, then of ln_f.
  def norm(self: __torch__.Gpt2, x: Tensor, i: int) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], self.norms[i], self.norms[i + 1], self.layer_norm_epsilon)

  def activate(self: __torch__.Gpt2, x: Tensor) -> Tensor:
    if self.activation == "gelu_new":
      return torch.gelu(x, approximate="tanh")
    elif self.activation == "gelu":
      return torch.gelu(x)
    elif self.activation == "relu":
      return torch.relu(x)
    elif self.activation == "silu":
      return torch.silu(x)
    else:
      return torch.tanh(x)

  # ---- the choice of the next token ----
  # parameters [B, 7] float64, a row per slot: do_sample, temperature, top_k, top_p, min_p, typical_p, repetition_penalty.
  # uniforms [B, 5] float64 in (0, 1): four attempts and the exact last resort.
  # banned [2, *] int64: row and token of pairs that must not be chosen. beam_candidates [1] int64 on the host:
  # candidates wanted for each row, 0 without beam search. seen [B, W] int64: each row's tokens, padded with one of them.
  # -> chosen [B, 3] float64: token id, log-softmax of its raw logit, 1 where logits were finite and a token was left;
  #    with beams also [B, candidates, 3]: token id, processed score, log-softmax of the raw logit.
  def next_tokens(self: __torch__.Gpt2, logits: Tensor, parameters: Tensor, uniforms: Tensor, banned: Tensor,
                  beam_candidates: Tensor, seen: Tensor) -> List[Tensor]:
    normaliser = torch.logsumexp(logits, [1], True)
    candidates = int(beam_candidates.item())
    beams = annotate(List[Tensor], [])
    if candidates > 0:
      scores, ids = torch.topk(self.penalised(logits - normaliser, parameters, banned, seen), candidates, 1)
      raw = torch.gather(logits, 1, ids) - normaliser
      beams.append(torch.stack([ids.to(self.float64), scores.to(self.float64), raw.to(self.float64)], 2))
    scores = self.penalised(logits, parameters, banned, seen)
    chosen = self.choose(scores, parameters, uniforms).unsqueeze(1)
    logprob = torch.gather(logits, 1, chosen) - normaliser
    valid = torch.isfinite(normaliser).logical_and(torch.gather(scores, 1, chosen) > -inf)
    return [torch.cat([chosen.to(self.float64), logprob.to(self.float64), valid.to(self.float64)], 1)] + beams

  # Processors that hold for greedy, sampled and beam rows alike. scores [B, V].
  def penalised(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, banned: Tensor, seen: Tensor) -> Tensor:
    penalty = parameters.narrow(1, 6, 1)
    if bool((penalty != 1).any()):
      p = penalty.to(scores.dtype)
      score = torch.gather(scores, 1, seen)
      scores = scores.scatter(1, seen, torch.where(score < 0, score * p, score / p))
    if banned.size(1) > 0:
      scores = scores.index_put([banned[0], banned[1]], torch.full([], -inf, dtype=scores.dtype, device=scores.device))
    return scores

  # One id per row by its own settings -> [B] int64. Rows of a kind are computed together, never influencing each other.
  def choose(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, uniforms: Tensor) -> Tensor:
    sampled = parameters[:, 0] > 0
    if not bool(sampled.any()):
      return torch.argmax(scores, 1)
    typical = (parameters[:, 5] < 1).logical_and(sampled)
    top_k = (parameters[:, 2] > 0).logical_and(sampled)
    chosen = torch.zeros([scores.size(0)], dtype=self.int64, device=scores.device)
    if not bool(sampled.all()):
      rows = torch.nonzero(sampled.logical_not()).squeeze(1)
      chosen[rows] = torch.argmax(scores.index_select(0, rows), 1)
    full = typical.logical_and(top_k.logical_not())
    # Rows with top_k look at a width of their own kind, the next multiple of 64: what a row is computed from must not
    # depend on the rows beside it.
    widths = torch.ceil(parameters[:, 2] / 64.) * 64.
    while bool(top_k.any()):
      width = int(widths.masked_fill(top_k.logical_not(), inf).min().item())
      here = top_k.logical_and(widths == width)
      top_k = top_k.logical_and(here.logical_not())
      rows = torch.nonzero(here).squeeze(1)
      if width >= scores.size(1):
        full = full.logical_or(here)
      else:
        ids, whole = self.among_top(scores.index_select(0, rows), parameters.index_select(0, rows),
                                    uniforms.index_select(0, rows), width)
        chosen[rows] = ids
        full[rows] = full.index_select(0, rows).logical_or(whole)
    nucleus = sampled.logical_and(typical.logical_not()).logical_and(parameters[:, 2] == 0)
    if bool(nucleus.any()):
      rows = torch.nonzero(nucleus).squeeze(1)
      ids, refused = self.by_attempts(self.only(scores, rows), parameters.index_select(0, rows),
                                      uniforms.index_select(0, rows))
      chosen[rows] = ids
      full[rows] = refused
    if bool(full.any()):
      rows = torch.nonzero(full).squeeze(1)
      p = torch.softmax(self.filtered(scores.index_select(0, rows), parameters.index_select(0, rows)), 1)
      chosen[rows] = self.draw(p, uniforms.index_select(0, rows).select(1, 4))
    return chosen

  # The rows of x, without a copy where that is all of them.
  def only(self: __torch__.Gpt2, x: Tensor, rows: Tensor) -> Tensor:
    if rows.size(0) == x.size(0):
      return x
    return x.index_select(0, rows)

  # Top-k: everything after it happens on the `width` largest scores, in order of token id. The second result marks rows
  # in which more tokens than that tie with the k-th: they need the whole row.
  def among_top(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, uniforms: Tensor, width: int) -> Tuple[Tensor, Tensor]:
    best, ids = torch.topk(scores, width, 1)
    kth = torch.gather(best, 1, (parameters.narrow(1, 2, 1) - 1).to(self.int64))
    whole = torch.gt((scores >= kth).sum([1]), width)
    ids, order = torch.sort(ids, 1)
    p = torch.softmax(self.filtered(torch.gather(best, 1, order), parameters), 1)
    return (torch.gather(ids, 1, self.draw(p, uniforms.select(1, 4)).unsqueeze(1)).squeeze(1), whole)

  # Top-p and min-p without sorting: draw from the whole softmax, keep the token if it passes, else draw again; what is
  # kept has exactly the filtered and renormalised distribution. The second result marks rows refused every time.
  def by_attempts(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, uniforms: Tensor) -> Tuple[Tensor, Tensor]:
    p = torch.softmax(scores / parameters.narrow(1, 1, 1).to(scores.dtype), 1)
    chosen = torch.zeros([p.size(0)], dtype=self.int64, device=p.device)
    open = torch.arange(p.size(0), device=p.device)
    attempt = 0
    while attempt < 4 and open.size(0) > 0:
      here = self.only(p, open)
      ids = self.draw(here, uniforms.index_select(0, open).select(1, attempt))
      passed = self.passes(here, ids, parameters.index_select(0, open))
      chosen[open] = ids
      open = open.masked_select(passed.logical_not())
      attempt = attempt + 1
    refused = torch.zeros([p.size(0)], dtype=self.bool, device=p.device)
    refused[open] = True
    return (chosen, refused)

  # Whether tokens survive top-p and min-p. Among equally likely tokens the higher id counts as the likelier, as a
  # stable ascending sort has it.
  def passes(self: __torch__.Gpt2, p: Tensor, ids: Tensor, parameters: Tensor) -> Tensor:
    mine = torch.gather(p, 1, ids.unsqueeze(1))
    top_p = parameters.narrow(1, 3, 1)
    min_p = parameters.narrow(1, 4, 1)
    passed = torch.ones_like(mine, dtype=self.bool)
    if bool((min_p > 0).any()):
      passed = passed.logical_and(mine >= min_p.to(p.dtype) * torch.amax(p, [1], True))
    if bool((top_p < 1).any()):
      id = torch.arange(p.size(1), device=p.device)
      likelier = torch.gt(p, mine).logical_or((p == mine).logical_and(id > ids.unsqueeze(1)))
      mass = torch.sum(p * likelier, [1], True)
      passed = passed.logical_and((mass < top_p.to(p.dtype)).logical_or(mass == 0.).logical_or(top_p >= 1))
    return passed.squeeze(1)

  # Temperature, top-k, top-p, min-p and typical-p in transformers' order, by sorting: scores [R, n] -> [R, n] with
  # removed ones at -inf. Top-k keeps all that tie with the k-th.
  def filtered(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor) -> Tensor:
    n = scores.size(1)
    scores = scores / parameters.narrow(1, 1, 1).to(scores.dtype)
    s, order = torch.sort(scores, stable=True, dim=1, descending=False)
    k = parameters.narrow(1, 2, 1).to(self.int64)
    kth = torch.gather(s, 1, torch.clamp(n - k, 0, n - 1))
    s = s.masked_fill((s < kth).logical_and(k > 0), -inf)
    last = torch.eq(torch.arange(n, device=s.device), n - 1)
    top_p = parameters.narrow(1, 3, 1)
    below = torch.cumsum(torch.softmax(s, 1), 1) <= (1. - top_p).to(s.dtype)
    s = s.masked_fill(below.logical_and(last.logical_not()).logical_and(top_p < 1), -inf)
    min_p = parameters.narrow(1, 4, 1)
    p = torch.softmax(s, 1)
    low = p < min_p.to(s.dtype) * torch.amax(p, [1], True)
    s = s.masked_fill(low.logical_and(last.logical_not()).logical_and(min_p > 0), -inf)
    typical_p = parameters.narrow(1, 5, 1)
    if bool((typical_p < 1).any()):
      s = torch.where(typical_p < 1, self.typical(s, typical_p.to(s.dtype)), s)
    return torch.full_like(scores, -inf).scatter(1, order, s)

  # Keeps the tokens whose surprise is nearest to the mean surprise, until their mass reaches typical_p.
  def typical(self: __torch__.Gpt2, s: Tensor, typical_p: Tensor) -> Tensor:
    logp = torch.log_softmax(s, 1)
    p = torch.exp(logp)
    entropy = -torch.nansum(logp * p, [1], True)
    distance, order = torch.sort(torch.abs(-logp - entropy), stable=True, dim=1, descending=False)
    mass = torch.cumsum(torch.gather(p, 1, order), 1)
    last = torch.clamp((mass < typical_p).sum([1], True), max=s.size(1) - 1)
    limit = torch.gather(distance, 1, last)
    removed = torch.zeros_like(s, dtype=self.bool).scatter(1, order, distance > limit)
    return s.masked_fill(removed, -inf)

  # Inverse cumulative sum in order of token id: first the block of 64, then the token within it; sums in float64.
  # p [R, n] float32, u [R] -> [R] int64, never a token of probability 0.
  def draw(self: __torch__.Gpt2, p: Tensor, u: Tensor) -> Tensor:
    rows, n = p.size(0), p.size(1)
    blocks = torch.constant_pad_nd(p, [0, -n % 64], 0.).view([rows, -1, 64])
    mass = torch.cumsum(torch.sum(blocks, [2], dtype=self.float64), 1)
    target = (u * mass.select(1, -1)).unsqueeze(1)
    block = torch.clamp(torch.searchsorted(mass, target, right=True), max=mass.size(1) - 1)
    before = torch.gather(torch.constant_pad_nd(mass, [1, 0], 0.), 1, block)
    inner = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, 1, 64])).squeeze(1)
    mass = torch.cumsum(inner, 1, dtype=self.float64)
    # The two sums may differ in the last bits: never reach beyond the block's own mass.
    target = torch.minimum(target - before, mass.narrow(1, 63, 1) * 0.9999999999)
    token = torch.searchsorted(mass, target, right=True)
    return torch.clamp(block * 64 + token, max=n - 1).squeeze(1)

  # The processed distribution in full, for whoever wants to look at it: log-probabilities [B, V], -inf where removed.
  def processed(self: __torch__.Gpt2, logits: Tensor, parameters: Tensor, banned: Tensor, seen: Tensor) -> Tensor:
    scores = self.penalised(logits, parameters, banned, seen)
    return torch.log_softmax(self.filtered(scores, parameters), 1)

  # ---- the cache ----

  # Notes the tokens of newly filled slots: tokens [N, P], padded with a token of the row itself.
  def remember(self: __torch__.Gpt2, slots: Tensor, tokens: Tensor, history: Tensor) -> Tensor:
    history.index_copy_(0, slots, tokens)
    return slots

  # Copies positions span[0] to span[1] (host) of slots sources [M] to slots targets [M], as if all at once.
  def copy(self: __torch__.Gpt2, sources: Tensor, targets: Tensor, span: Tensor,
           keys: Tensor, values: Tensor, history: Tensor) -> Tensor:
    start = int(span[0].item())
    length = int(span[1].item()) - start
    for cache in [keys, values]:
      part = cache.narrow(3, start, length)
      part.index_copy_(1, targets, part.index_select(1, sources))
    history.index_copy_(0, targets, history.index_select(0, sources))
    return targets

  # Moves the contents of a cache into a larger one.
  def grow(self: __torch__.Gpt2, old_keys: Tensor, old_values: Tensor, old_history: Tensor,
           keys: Tensor, values: Tensor, history: Tensor) -> Tensor:
    slots, positions = old_history.size(0), old_history.size(1)
    keys.narrow(1, 0, slots).narrow(3, 0, positions).copy_(old_keys)
    values.narrow(1, 0, slots).narrow(3, 0, positions).copy_(old_values)
    # Positions beyond the old ones repeat a token of the row, so that penalties see nothing new.
    history.narrow(0, 0, slots).copy_(old_history.narrow(1, 0, 1).expand([slots, history.size(1)]))
    history.narrow(0, 0, slots).narrow(1, 0, positions).copy_(old_history)
    return old_history

  # Zeroes slots [M]: what is masked out must still be finite, since 0 times NaN is NaN.
  def clear(self: __torch__.Gpt2, slots: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    keys.index_fill_(1, slots, 0.)
    values.index_fill_(1, slots, 0.)
    return slots

  def forward(self: __torch__.Gpt2, ids: Tensor) -> Tensor:
    return ids
