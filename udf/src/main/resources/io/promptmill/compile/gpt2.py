# GPT-2 as TorchScript text: the network, the choice of the next token, and the key/value cache they share.
#
# Shapes: B rows of a step (live slots, the first B of the cache), N prompts of a prefill, L padded prompt length,
# V vocabulary (in logits a multiple of 64, filled up with -inf), E width, H heads, D = E / H, S slots, C cache
# positions, P positions of the model. Caches are kept by the caller and written in place:
# keys and values [layer, S, H, C, W] of cache_type, W being D filled up with zeros to a multiple of 32, history [S, P] int64.
# A prompt with several sequences or beams lies once in a cache of shared prompts, of the same form with places instead of
# slots; a slot holds then only what comes after. G places are in use, each with 8 seats for rows that look at it.
# Java calls the methods by name; every argument is a tensor. Reading order: prepare, linear, prefill, step, next_tokens.
class Gpt2(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  n_head : int
  bos_token_id : int
  layer_norm_epsilon : float
  activation : str
  precision : str
  tied : bool
  attention_scales : List[float]
  wte : Tensor
  wpe : Tensor
  norms : List[Tensor]
  weights : List[Tensor]
  scales : List[Tensor]
  biases : List[Tensor]
  zero_points : List[Tensor]
  on_cpu : bool
  levels : int
  compute : int
  cache_type : int
  float32 : int
  float64 : int
  int64 : int
  bfloat16 : int
  uint8 : int
  int8 : int
  bool : int

  # What a caller must know to call the rest: vocabulary, positions, bos token or -1.
  def shape(self: __torch__.Gpt2) -> Tensor:
    return torch.tensor([self.wte.size(0), self.wpe.size(0), self.bos_token_id], dtype=self.float64)

  # Brings the weights into the form the device computes with; called once, before anything else. bfloat16 [1] int64 on the
  # host: 1 where the processor multiplies bfloat16 at full speed. -> [1] float64: by how much sums of int8 products are
  # wrong on this processor, which must be 0.
  def prepare(self: __torch__.Gpt2, bfloat16: Tensor) -> Tensor:
    self.on_cpu = self.wte.is_cpu
    if self.precision != "fp32" and int(bfloat16.item()) == 1:
      self.cache_type = self.bfloat16
    self.wpe = self.wpe.to(self.float32)
    for i in range(len(self.norms)):
      self.norms[i] = self.norms[i].to(self.float32)
    if self.tied:
      self.weights.append(self.wte)
    # The head ends at a multiple of 64 tokens, so that logits are looked at in whole blocks; what is not in the
    # vocabulary is never likely.
    head = len(self.weights) - 1
    missing = -self.wte.size(0) % 64
    self.weights[head] = torch.constant_pad_nd(self.weights[head], [0, 0, 0, missing], 0)
    unlikely = torch.full([missing], -inf, device=self.wte.device)
    self.biases.append(torch.cat([torch.zeros([self.wte.size(0)], device=self.wte.device), unlikely]))
    for i in range(len(self.weights)):
      self.biases[i] = self.biases[i].to(self.compute)
      if self.precision == "int8":
        self.zero_points.append(torch.zeros([self.weights[i].size(0)], dtype=self.int64))
        self.scales[i] = torch.constant_pad_nd(self.scales[i].to(self.float32), [0, self.weights[i].size(0) - self.scales[i].size(0)], 1.)
        self.weights[i] = ops.onednn.qlinear_prepack(self.weights[i].contiguous(), None)
      elif self.on_cpu:
        self.weights[i] = ops.mkldnn._reorder_linear_weight(self.weights[i].to(self.compute).contiguous())
      else:
        self.weights[i] = self.weights[i].to(self.compute)
    # MKL picks each of its functions for this processor when it is first called, and a thread that calls it in the meantime
    # gets one with other last bits. So they are all called here first, where no other thread is at work.
    zeros = torch.zeros([64, 64])
    wrong = 0. * torch.amax(torch.log(torch.exp(torch.tanh(torch.mm(zeros, zeros))))).to(self.float64).view([1])
    if self.precision == "int8":
      # Processors without VNNI add pairs of products in 16 bits, and the largest do not fit.
      if bool(self.int8_error() > 0):
        self.levels = 63
      wrong = self.int8_error()
    return wrong

  # The one seam between precisions and devices. x [rows, in] float32, layer i [out, in] -> [rows, out] float32.
  def linear(self: __torch__.Gpt2, x: Tensor, i: int) -> Tensor:
    if self.precision == "int8":
      return self.int8_linear(x, i)
    y = x.to(self.compute)
    if self.on_cpu:
      # oneDNN picks its kernel by the number of rows; up to 64 it is always one and the same, so that no row's sum
      # depends on how many others are computed with it.
      tiles = annotate(List[Tensor], [])
      for tile in torch.split(y, 64):
        tiles.append(ops.mkldnn._linear_pointwise(tile, self.weights[i], self.biases[i], "none", annotate(List[Optional[number]], []), ""))
      y = torch.cat(tiles) if len(tiles) > 1 else tiles[0]
    else:
      y = torch.linear(y, self.weights[i], self.biases[i])
    return y.to(self.float32)

  # Each row is scaled by its own largest value, weights by that of each output; sums are of whole numbers, so they are
  # exact in any order and a row's result is the same beside any others.
  def int8_linear(self: __torch__.Gpt2, x: Tensor, i: int) -> Tensor:
    largest = torch.clamp(torch.amax(torch.abs(x), [1], True), 1e-30)
    # levels + 1 stands for zero; the half makes truncation round.
    q = (x * (self.levels / largest)).add_(self.levels + 1.5).to(self.uint8)
    head = i == len(self.weights) - 1
    # The head's biases, 0 and -inf, stay what they are when they are scaled, too: its rows are long, and this is a pass less.
    y = self.int8_product(q, 1. / self.levels, self.weights[i], self.scales[i], self.zero_points[i], self.biases[i] if head else None)
    y.mul_(largest)
    return y if head else y.add_(self.biases[i])

  def int8_product(self: __torch__.Gpt2, q: Tensor, scale: float, weight: Tensor, scales: Tensor, zeros: Tensor,
                   bias: Optional[Tensor]) -> Tensor:
    return ops.onednn.qlinear_pointwise(q, scale, self.levels + 1, weight, scales, zeros, bias, 1., 0, self.float32,
                                        "none", annotate(List[Optional[number]], []), "")

  # The deviation of 64 products of the largest numbers from their exact sum.
  def int8_error(self: __torch__.Gpt2) -> Tensor:
    weight = ops.onednn.qlinear_prepack(torch.full([64, 64], 127, dtype=self.int8), None)
    q = torch.full([64, 64], 2 * self.levels + 1, dtype=self.uint8)
    y = self.int8_product(q, 1., weight, torch.ones([64]), torch.zeros([64], dtype=self.int64), None)
    return torch.amax(torch.abs(y.to(self.float64) - 64. * 127. * self.levels)).view([1])

  # ids -> their embeddings, float32.
  def embed(self: __torch__.Gpt2, ids: Tensor) -> Tensor:
    x = torch.embedding(self.wte, ids).to(self.float32)
    if self.precision == "int8" and self.tied:
      x = x * torch.embedding(self.scales[len(self.scales) - 1].unsqueeze(1), ids)
    return x

  # Computes prompt tokens into the cache; the last token of a prompt is left to its first step.
  # ids [N, L] padded at the end, slots [N]; before [1] int64 on the host: tokens that the slots hold already.
  def prefill(self: __torch__.Gpt2, ids: Tensor, slots: Tensor, before: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    length = ids.size(1)
    past = int(before.item())
    positions = torch.clamp(torch.arange(length, device=ids.device) + past, max=self.wpe.size(0) - 1)
    x = self.embed(ids) + torch.embedding(self.wpe, positions)
    for layer in range(len(self.attention_scales)):
      q, k, v = self.heads(x, layer)
      keys_here = keys[layer].narrow(3, 0, k.size(3))
      values_here = values[layer].narrow(3, 0, v.size(3))
      keys_here.narrow(2, past, length).index_copy_(0, slots, k.to(self.cache_type))
      values_here.narrow(2, past, length).index_copy_(0, slots, v.to(self.cache_type))
      scale = self.attention_scales[layer]
      if past == 0:
        a = torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=scale)
      else:
        k = torch.cat([keys_here.narrow(2, 0, past)[slots].to(self.float32), k], 2)
        v = torch.cat([values_here.narrow(2, 0, past)[slots].to(self.float32), v], 2)
        seen = torch.ones([length, past + length], dtype=self.bool, device=ids.device).tril(past)
        a = torch.scaled_dot_product_attention(q, k, v, seen, 0., False, scale=scale)
      x = self.rest_of_layer(x, a, layer)
    return slots

  # One token for every row: its id goes in, the next one comes out and, where uniforms are for several steps, goes in again.
  # Between two steps nothing is read from the device, nor copied to it: either would wait for all that is queued there.
  # ids, positions [B] int64; starts [B] int64: tokens of the prompt that a row shares, 0 for none; shared [G] int64: tokens
  # of the prompt in each place, at least 1; members [G, 8] int64: the row in each seat, any where a seat is empty; seats [B]
  # int64: 8 * place + seat, any for a row that shares none. windows [3] int64 on the host: positions to look at of slots, of
  # shared prompts and of the history, as many as the last step needs. uniforms [steps, B, 5]; the rest see next_tokens, whose
  # tables these are:
  # -> chosen [steps, B, 3]; with beams, for which there is one step only, also theirs.
  def step(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
           seats: Tensor, windows: Tensor, parameters: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
           keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> List[Tensor]:
    seen = history.narrow(0, 0, ids.size(0)).narrow(1, 0, min(int(windows[2].item()), history.size(1)))
    settings = parameters.to(ids.device)
    chosen = annotate(List[Tensor], [])
    beams = annotate(List[Tensor], [])
    for i in range(uniforms.size(0)):
      if i > 0:
        # From logits that are not finite anything may come; nobody looks at what follows it, but it must be a token.
        ids = torch.clamp(chosen[i - 1].select(1, 0).to(self.int64), max=self.wte.size(0) - 1)
        positions = positions + 1
      logits = self.step_logits(ids, positions, starts, shared, members, seats, windows, keys, values, shared_keys, shared_values, history)
      tables = self.next_tokens(logits, parameters, settings, uniforms[i], banned, beam_candidates, seen)
      chosen.append(tables[0])
      beams = tables[1:]
    return [torch.stack(chosen)] + beams

  # -> [B, V]
  def step_logits(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                  seats: Tensor, windows: Tensor, keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor,
                  history: Tensor) -> Tensor:
    row = torch.arange(ids.size(0), device=ids.device)
    history[row, positions] = ids
    own = positions - starts
    slot_runs = self.runs(own + 1)
    place_runs = self.runs(shared)
    # Queries of all heads in the order of places and seats, and back.
    head = torch.arange(self.n_head, device=ids.device)
    to_seats = (members.unsqueeze(1) * self.n_head + head.view([1, -1, 1])).view([-1])
    to_rows = ((torch.floor_divide(seats, 8).unsqueeze(1) * self.n_head + head) * 8 + torch.remainder(seats, 8).unsqueeze(1)).view([-1])
    alone = torch.eq(starts, 0).view([-1, 1, 1, 1])
    x = (self.embed(ids) + torch.embedding(self.wpe, positions)).unsqueeze(1)
    for layer in range(len(self.attention_scales)):
      q, k, v = self.heads(x, layer)
      width = q.size(3)
      keys_here = keys[layer].narrow(3, 0, width)
      values_here = values[layer].narrow(3, 0, width)
      keys_here[row, :, own] = k.squeeze(2).to(self.cache_type)
      values_here[row, :, own] = v.squeeze(2).to(self.cache_type)
      q = q.to(self.cache_type)
      if width % 32 > 0:
        q = torch.constant_pad_nd(q, [0, -width % 32], 0.)
      scale = self.attention_scales[layer]
      a, weight = self.attention(q, keys[layer], values[layer], own + 1, slot_runs, int(windows[0].item()), scale)
      if shared.size(0) > 0:
        # Each shared prompt is read once for its 8 seats; empty seats are computed, too, so that a row's shape is the same
        # whoever sits beside it.
        seated = q.reshape([-1, q.size(3)]).index_select(0, to_seats).view([-1, self.n_head, 8, q.size(3)])
        b, other = self.attention(seated, shared_keys[layer], shared_values[layer], shared, place_runs, int(windows[1].item()), scale)
        b = b.reshape([-1, q.size(3)]).index_select(0, to_rows).view_as(a)
        other = other.reshape([-1]).index_select(0, to_rows).view_as(weight)
        # Either part counts as the sum of its exponentials. Softmax takes each row by itself; an exponential of all rows at
        # once would have other last bits for the few that do not fill a vector.
        share = torch.softmax(torch.stack([weight, other], 3), 3)
        a = torch.where(alone, a, a * share.narrow(3, 0, 1) + b * share.narrow(3, 1, 1))
      x = self.rest_of_layer(x, a.narrow(3, 0, width), layer)
    x = self.norm(x.squeeze(1), len(self.norms) - 2)
    return self.linear(x, len(self.weights) - 1)

  # Rows side by side with equally many tokens, lengths [N] int64: their number and the tokens of each, run after run.
  def runs(self: __torch__.Gpt2, lengths: Tensor) -> List[int]:
    runs = annotate(List[int], [])
    if self.on_cpu:
      tokens, _, rows = torch.unique_consecutive(lengths, False, True)
      for i in range(tokens.size(0)):
        runs.append(int(rows[i].item()))
        runs.append(int(tokens[i].item()))
    return runs

  # Attention of queries q [N, H, Q, W] to the first lengths [N] positions of the first N of keys and values [S, H, C, W],
  # window being the largest of them -> [N, H, Q, W] float32, and the logarithm of the sum of its exponentials [N, H, Q].
  # On a CPU each row and head has products of its own, of as many positions as it has tokens, so that its sums are the same
  # beside any others; rows of one length go into one call. A GPU takes all at once.
  def attention(self: __torch__.Gpt2, q: Tensor, keys: Tensor, values: Tensor, lengths: Tensor, runs: List[int], window: int,
                scale: float) -> Tuple[Tensor, Tensor]:
    if not self.on_cpu:
      keys = keys.narrow(0, 0, q.size(0)).narrow(2, 0, window)
      values = values.narrow(0, 0, q.size(0)).narrow(2, 0, window)
      unseen = torch.ge(torch.arange(window, device=q.device), lengths.view([-1, 1, 1, 1]))
      scores = (torch.matmul(q, keys.transpose(2, 3)).to(self.float32) * scale).masked_fill_(unseen, -inf)
      sums = torch.logsumexp(scores, [3])
      p = torch.exp(scores - sums.unsqueeze(3)).to(self.cache_type)
      return (torch.matmul(p, values).to(self.float32), sums)
    parts = annotate(List[Tensor], [])
    sums_of_parts = annotate(List[Tensor], [])
    first = 0
    for i in range(len(runs) // 2):
      rows, tokens = runs[2 * i], runs[2 * i + 1]
      part, sums = torch._scaled_dot_product_flash_attention_for_cpu(
          q.narrow(0, first, rows), keys.narrow(0, first, rows).narrow(2, 0, tokens), values.narrow(0, first, rows).narrow(2, 0, tokens),
          0., False, attn_mask=None, scale=scale)
      parts.append(part)
      sums_of_parts.append(sums)
      first = first + rows
    a = torch.cat(parts) if len(parts) > 1 else parts[0]
    sums = torch.cat(sums_of_parts) if len(parts) > 1 else sums_of_parts[0]
    return (a.to(self.float32), sums)

  # x [N, L, E] -> queries, keys, values, each [N, H, L, D]
  def heads(self: __torch__.Gpt2, x: Tensor, layer: int) -> Tuple[Tensor, Tensor, Tensor]:
    n, length, width = x.size(0), x.size(1), x.size(2)
    y = self.norm(x, 4 * layer).view([n * length, width])
    qkv = self.linear(y, 4 * layer).view([n, length, 3, self.n_head, width // self.n_head])
    q, k, v = torch.unbind(qkv.permute([2, 0, 3, 1, 4]), 0)
    return (q, k, v)

  # What follows attention in a layer: a [N, H, L, D] attention's output -> [N, L, E]
  def rest_of_layer(self: __torch__.Gpt2, x: Tensor, a: Tensor, layer: int) -> Tensor:
    n, length, width = x.size(0), x.size(1), x.size(2)
    # On a CPU a few rows at a time, as linear has them anyway: what one product leaves is then near when the next one reads it.
    together = 64 if self.on_cpu else n * length
    attended = torch.split(a.transpose(1, 2).reshape([n * length, width]), together)
    tiles = annotate(List[Tensor], [])
    for i, tile in enumerate(torch.split(x.reshape([n * length, width]), together)):
      y = tile + self.linear(attended[i], 4 * layer + 1)
      z = self.activate(self.linear(self.norm(y, 4 * layer + 2), 4 * layer + 2))
      tiles.append(y + self.linear(z, 4 * layer + 3))
    return (torch.cat(tiles) if len(tiles) > 1 else tiles[0]).view_as(x)

  # norms holds weight, bias of ln_1, weight, bias of ln_2 for each layer, then of ln_f.
  def norm(self: __torch__.Gpt2, x: Tensor, i: int) -> Tensor:
    return torch.layer_norm(x, [x.size(-1)], self.norms[i], self.norms[i + 1], self.layer_norm_epsilon)

  def activate(self: __torch__.Gpt2, x: Tensor) -> Tensor:
    if self.activation == "gelu_new":
      # x * (1 + tanh(u)) / 2 is x * sigmoid(2u), which libtorch computes in half the time; u = sqrt(2 / pi) * (x + 0.044715 x^3).
      return (x * x).mul_(0.07135481627159853).add_(1.5957691216057308).mul_(x).sigmoid_().mul_(x)
    elif self.activation == "gelu":
      return torch.gelu(x)
    elif self.activation == "relu":
      return torch.relu(x)
    elif self.activation == "silu":
      return torch.silu(x)
    else:
      return torch.tanh(x)

  # ---- the choice of the next token ----
  # parameters [B, 7] float64 on the host, a row per slot: do_sample, temperature, top_k, top_p, min_p, typical_p,
  # repetition_penalty; settings: the same on the device, so on a CPU the same tensor. What there is to do is read from the
  # former, since a device would have to be waited for, and done with the latter.
  # uniforms [B, 5] float64 in (0, 1): four attempts and the exact last resort.
  # banned [2, *] int64: row and token of pairs that must not be chosen. beam_candidates [1] int64 on the host:
  # candidates wanted for each row, 0 without beam search. seen [B, *] int64: each row's tokens, padded with one of them.
  # -> chosen [B, 3] float64: token id, log-softmax of its raw logit, 1 where logits were finite and a token was left;
  #    with beams also [B, candidates, 3]: token id, processed score, log-softmax of the raw logit.
  def next_tokens(self: __torch__.Gpt2, logits: Tensor, parameters: Tensor, settings: Tensor, uniforms: Tensor, banned: Tensor,
                  beam_candidates: Tensor, seen: Tensor) -> List[Tensor]:
    missing = -logits.size(1) % 64
    if missing > 0:
      logits = torch.constant_pad_nd(logits, [0, missing], -inf)
    p = torch.softmax(logits, 1)
    best = self.best(logits)
    normaliser = torch.gather(logits, 1, best) - torch.log(torch.gather(p, 1, best))
    candidates = int(beam_candidates.item())
    beams = annotate(List[Tensor], [])
    if candidates > 0:
      scores, ids = torch.topk(self.penalised(logits - normaliser, parameters, settings, banned, seen), candidates, 1)
      raw = torch.gather(logits, 1, ids) - normaliser
      beams.append(torch.stack([ids.to(self.float64), scores.to(self.float64), raw.to(self.float64)], 2))
    scores = logits
    chosen = best
    if banned.size(1) > 0 or bool((parameters[:, 6] != 1).any()):
      scores = self.penalised(logits, parameters, settings, banned, seen)
      chosen = self.best(scores)
      p = torch.softmax(scores, 1)
    if bool((parameters[:, 0] > 0).any()):
      chosen = self.choose(scores, p, chosen.squeeze(1), parameters, settings, uniforms).unsqueeze(1)
    logprob = torch.gather(logits, 1, chosen) - normaliser
    valid = torch.isfinite(normaliser).logical_and(torch.gather(scores, 1, chosen) > -inf)
    return [torch.cat([chosen.to(self.float64), logprob.to(self.float64), valid.to(self.float64)], 1)] + beams

  # The first of the largest scores of each row: the best block of 64, then the best in it. scores [B, V] -> [B, 1].
  def best(self: __torch__.Gpt2, scores: Tensor) -> Tensor:
    rows = scores.size(0)
    blocks = scores.view([rows, -1, 64])
    block = torch.argmax(torch.amax(blocks, [2]), 1, True)
    inner = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, 1, 64])).squeeze(1)
    return block * 64 + torch.argmax(inner, 1, True)

  # Processors that hold for greedy, sampled and beam rows alike. scores [B, V].
  def penalised(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, settings: Tensor, banned: Tensor, seen: Tensor) -> Tensor:
    if bool((parameters[:, 6] != 1).any()):
      p = settings.narrow(1, 6, 1).to(scores.dtype)
      score = torch.gather(scores, 1, seen)
      scores = scores.scatter(1, seen, torch.where(score < 0, score * p, score / p))
    if banned.size(1) > 0:
      scores = scores.index_put([banned[0], banned[1]], torch.full([], -inf, dtype=scores.dtype, device=scores.device))
    return scores

  # One id per row by its own settings -> [B] int64. scores and their softmax p [B, V]; greedy [B]: what rows without
  # do_sample take. Rows of a kind are computed together, never influencing each other. On a GPU, where sorting is cheap and
  # waiting is not, every row is taken for one of the last kind.
  def choose(self: __torch__.Gpt2, scores: Tensor, p: Tensor, greedy: Tensor, parameters: Tensor, settings: Tensor, uniforms: Tensor) -> Tensor:
    if not self.on_cpu:
      drawn = self.draw(torch.softmax(self.filtered(scores, parameters, settings), 1), uniforms.select(1, 4))
      return torch.where(settings.select(1, 0) > 0, drawn, greedy)
    sampled = parameters[:, 0] > 0
    chosen = greedy
    top_k = (parameters[:, 2] > 0).logical_and(sampled)
    nucleus = sampled.logical_and(parameters[:, 5] >= 1).logical_and(parameters[:, 2] == 0)
    full = sampled.logical_and(nucleus.logical_not()).logical_and(top_k.logical_not())
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
        ids, whole = self.among_top(self.only(scores, rows), parameters.index_select(0, rows),
                                    uniforms.index_select(0, rows), width)
        chosen[rows] = ids
        full[rows] = whole
    if bool(nucleus.any()):
      rows = torch.nonzero(nucleus).squeeze(1)
      ids, refused = self.by_attempts(self.only(scores, rows), self.only(p, rows), parameters.index_select(0, rows),
                                      uniforms.index_select(0, rows))
      chosen[rows] = ids
      full[rows] = refused
    if bool(full.any()):
      rows = torch.nonzero(full).squeeze(1)
      theirs = parameters.index_select(0, rows)
      p = torch.softmax(self.filtered(self.only(scores, rows), theirs, theirs), 1)
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
    best, ids = self.largest(scores, width + 1)
    kth = torch.gather(best, 1, (parameters.narrow(1, 2, 1) - 1).to(self.int64))
    whole = (best.narrow(1, width, 1) >= kth).squeeze(1)
    ids, order = torch.sort(ids.narrow(1, 0, width), 1)
    best = torch.gather(best, 1, order)
    p = torch.softmax(self.filtered(best, parameters, parameters), 1)
    return (torch.gather(ids, 1, self.draw(p, uniforms.select(1, 4)).unsqueeze(1)).squeeze(1), whole)

  # The n largest scores of each row, in descending order, and their ids. They lie in the n blocks of 64 with the largest
  # maxima, so only those are looked into.
  def largest(self: __torch__.Gpt2, scores: Tensor, n: int) -> Tuple[Tensor, Tensor]:
    rows = scores.size(0)
    blocks = scores.view([rows, -1, 64])
    if 4 * n > blocks.size(1):
      best, ids = torch.topk(scores, min(n, scores.size(1)), 1)
      return (best, ids)
    _, block = torch.topk(torch.amax(blocks, [2]), n, 1)
    block, _ = torch.sort(block, 1)
    inside = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, n, 64])).view([rows, n * 64])
    best, place = torch.topk(inside, n, 1)
    return (best, torch.gather(block, 1, torch.floor_divide(place, 64)) * 64 + torch.remainder(place, 64))

  # Top-p and min-p without sorting: draw from the whole softmax, keep the token if it passes, else draw again; what is
  # kept has exactly the filtered and renormalised distribution. The second result marks rows refused every time.
  # p is the softmax of scores.
  def by_attempts(self: __torch__.Gpt2, scores: Tensor, p: Tensor, parameters: Tensor, uniforms: Tensor) -> Tuple[Tensor, Tensor]:
    temperature = parameters.narrow(1, 1, 1).to(scores.dtype)
    if bool((temperature != 1).any()):
      p = torch.softmax(scores / temperature, 1)
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
      # Comparing in place gives 0 and 1 as float32, several times faster than a mask and what follows from it; a few rows
      # at a time stay in the processor's own cache. At first all equally likely tokens count as likelier ones.
      masses = annotate(List[Tensor], [])
      limits = torch.split(mine, 4)
      for i, few in enumerate(torch.split(p, 4)):
        masses.append(torch.sum(few.clone().ge_(limits[i]).mul_(few), [1], True))
      mass = torch.cat(masses) - mine
      doubtful = mass >= top_p.to(p.dtype)
      if bool(doubtful.any()):
        rows = torch.nonzero(doubtful.squeeze(1)).squeeze(1)
        here = p.index_select(0, rows)
        limit = mine.index_select(0, rows)
        likelier = torch.sum(here.clone().gt_(limit).mul_(here), [1], True)
        later = torch.gt(torch.arange(p.size(1), device=p.device), ids.index_select(0, rows).unsqueeze(1))
        mass[rows] = likelier + torch.sum(here.eq_(limit).mul_(later), [1], True) * limit
      passed = passed.logical_and((mass < top_p.to(p.dtype)).logical_or(mass == 0.).logical_or(top_p >= 1))
    return passed.squeeze(1)

  # Temperature, top-k, top-p, min-p and typical-p in transformers' order, by sorting: scores [R, n] -> [R, n] with
  # removed ones at -inf. Top-k keeps all that tie with the k-th.
  def filtered(self: __torch__.Gpt2, scores: Tensor, parameters: Tensor, settings: Tensor) -> Tensor:
    n = scores.size(1)
    values = settings.to(scores.dtype)
    scores = scores / values.narrow(1, 1, 1)
    s, order = torch.sort(scores, stable=True, dim=1, descending=False)
    k = values.narrow(1, 2, 1).to(self.int64)
    kth = torch.gather(s, 1, torch.clamp(n - k, 0, n - 1))
    s = s.masked_fill((s < kth).logical_and(k > 0), -inf)
    if bool((parameters[:, 3] < 1).any()):
      last = torch.eq(torch.arange(n, device=s.device), n - 1)
      below = torch.cumsum(torch.softmax(s, 1), 1) <= (1. - settings.narrow(1, 3, 1)).to(s.dtype)
      s = s.masked_fill(below.logical_and(last.logical_not()).logical_and(values.narrow(1, 3, 1) < 1), -inf)
    if bool((parameters[:, 4] > 0).any()):
      p = torch.softmax(s, 1)
      s = s.masked_fill(p < values.narrow(1, 4, 1) * torch.amax(p, [1], True), -inf)
    if bool((parameters[:, 5] < 1).any()):
      typical_p = values.narrow(1, 5, 1)
      s = torch.where(typical_p < 1, self.typical(s, typical_p), s)
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

  # Inverse cumulative sum in order of token id: first the block of 64, then the token within it.
  # p [R, n] float32, u [R] -> [R] int64, never a token of probability 0.
  def draw(self: __torch__.Gpt2, p: Tensor, u: Tensor) -> Tensor:
    rows, n = p.size(0), p.size(1)
    if n % 64 > 0:
      p = torch.constant_pad_nd(p, [0, -n % 64], 0.)
    blocks = p.view([rows, -1, 64])
    mass = torch.cumsum(torch.sum(blocks, [2]), 1, dtype=self.float64)
    target = (u * mass.select(1, -1)).unsqueeze(1)
    block = torch.clamp(torch.searchsorted(mass, target, right=True), max=mass.size(1) - 1)
    before = torch.gather(torch.constant_pad_nd(mass, [1, 0], 0.), 1, block)
    inner = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, 1, 64])).squeeze(1)
    mass = torch.cumsum(inner, 1, dtype=self.float64)
    # The two sums differ in the last bits: never reach beyond the block's own mass.
    target = torch.minimum(target - before, mass.narrow(1, 63, 1) * 0.9999999999)
    token = torch.searchsorted(mass, target, right=True)
    return torch.clamp(block * 64 + token, max=n - 1).squeeze(1)

  # The processed distribution in full, for whoever wants to look at it: log-probabilities [B, V], -inf where removed.
  def processed(self: __torch__.Gpt2, logits: Tensor, parameters: Tensor, banned: Tensor, seen: Tensor) -> Tensor:
    settings = parameters.to(logits.device)
    scores = self.penalised(logits, parameters, settings, banned, seen)
    return torch.log_softmax(self.filtered(scores, parameters, settings), 1)

  # ---- the cache ----

  # Keys and values of zeros, not of leftovers: a GPU multiplies what is masked out by zero, and zero times NaN is NaN.
  # Every row begins at a multiple of 64 bytes, since the order of MKL's sums depends on where numbers lie.
  # size [2] int64 on the host: places, positions.
  def new_cache(self: __torch__.Gpt2, size: Tensor) -> List[Tensor]:
    width = self.wte.size(1) // self.n_head
    shape = [len(self.attention_scales), int(size[0].item()), self.n_head, int(size[1].item()), width + -width % 32]
    return [torch.zeros(shape, dtype=self.cache_type, device=self.wte.device),
            torch.zeros(shape, dtype=self.cache_type, device=self.wte.device)]

  # Notes the tokens of newly filled slots: tokens [N, P], padded with a token of the row itself.
  def remember(self: __torch__.Gpt2, slots: Tensor, tokens: Tensor, history: Tensor) -> Tensor:
    history.index_copy_(0, slots, tokens)
    return slots

  # Copies positions span[0] to span[1] (host) of slots sources [M] to slots targets [M], as if all at once.
  def copy(self: __torch__.Gpt2, sources: Tensor, targets: Tensor, span: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    first = int(span[0].item())
    length = int(span[1].item()) - first
    for cache in [keys, values]:
      part = cache.narrow(3, first, length)
      # index_select would first copy all slots, since the part has gaps.
      part.index_copy_(1, targets, part[:, sources])
    return targets

  def copy_history(self: __torch__.Gpt2, sources: Tensor, targets: Tensor, history: Tensor) -> Tensor:
    history.index_copy_(0, targets, history.index_select(0, sources))
    return targets

  # Copies the first length[0] (host) positions of slot 0 of another cache to slots targets [M].
  def borrow(self: __torch__.Gpt2, targets: Tensor, length: Tensor, other_keys: Tensor, other_values: Tensor,
             keys: Tensor, values: Tensor) -> Tensor:
    count = int(length.item())
    one = torch.zeros_like(targets)
    keys.narrow(3, 0, count).index_copy_(1, targets, other_keys.narrow(3, 0, count)[:, one])
    values.narrow(3, 0, count).index_copy_(1, targets, other_values.narrow(3, 0, count)[:, one])
    return targets

  # Moves the contents of a cache into a larger one.
  def grow(self: __torch__.Gpt2, old_keys: Tensor, old_values: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    keys.narrow(1, 0, old_keys.size(1)).narrow(3, 0, old_keys.size(3)).copy_(old_keys)
    values.narrow(1, 0, old_values.size(1)).narrow(3, 0, old_values.size(3)).copy_(old_values)
    return old_keys

  def grow_history(self: __torch__.Gpt2, old: Tensor, history: Tensor) -> Tensor:
    history.narrow(0, 0, old.size(0)).copy_(old)
    return old

  # Zeroes slots [M]: what is masked out must still be finite, since 0 times NaN is NaN.
  def clear(self: __torch__.Gpt2, slots: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    keys.index_fill_(1, slots, 0.)
    values.index_fill_(1, slots, 0.)
    return slots

  # ---- what benchmarks ask ----

  # The network of the steps without the choice, so each on the first one's ids: takes what step takes, gives the first
  # column of the last logits [B, 1].
  def step_network(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                   seats: Tensor, windows: Tensor, parameters: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
                   keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> Tensor:
    logits = torch.zeros([0])
    for _ in range(uniforms.size(0)):
      logits = self.step_logits(ids, positions, starts, shared, members, seats, windows, keys, values, shared_keys, shared_values, history)
    return logits.narrow(1, 0, 1)

  # Takes and gives what step does and computes nothing: what remains is the call itself.
  def step_nothing(self: __torch__.Gpt2, ids: Tensor, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
                   seats: Tensor, windows: Tensor, parameters: Tensor, uniforms: Tensor, banned: Tensor, beam_candidates: Tensor,
                   keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor, history: Tensor) -> List[Tensor]:
    return [torch.zeros([uniforms.size(0), ids.size(0), 3], dtype=self.float64, device=ids.device)]

  # All linear layers and the head through their seam, with nothing between them: what matrix multiplication allows.
  # size [2] int64 on the host: rows, passes.
  def linear_layers(self: __torch__.Gpt2, size: Tensor) -> Tensor:
    rows = int(size[0].item())
    x = torch.ones([rows, self.wte.size(1)], device=self.wte.device)
    total = torch.zeros([], device=self.wte.device)
    for _ in range(int(size[1].item())):
      for layer in range(len(self.attention_scales)):
        y = torch.ones([rows, self.biases[4 * layer + 2].size(0)], device=self.wte.device)
        for i in range(4):
          # What nobody looks at would not be computed.
          total = total + self.linear(y if i == 3 else x, 4 * layer + i)[0][0]
      total = total + self.linear(x, len(self.weights) - 1)[0][0]
    return total

  def forward(self: __torch__.Gpt2, ids: Tensor) -> Tensor:
    return ids
