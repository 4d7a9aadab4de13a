# The choice of the next token: processors of logits and sampling, row by row as transformers has them.
#
# B rows, V vocabulary: in logits a multiple of BLOCK, filled up with -inf. Rows of a kind are computed together, never
# influencing each other. Reading order: next_tokens, choose, by_attempts, among_top, filtered, draw.

# uniforms [B, ATTEMPTS + 1] float64 in (0, 1): one for each attempt, then the exact last resort.
# banned [2, *] int64: row and token of pairs that must not be chosen. candidates: wanted for each row, 0 without beam search.
# seen [B, *] int64: each row's tokens, padded with one of them.
# -> chosen [B, 3] float64: token id, log-softmax of its raw logit, 1 where logits were finite and a token was left;
#    with beams also [B, candidates, 3]: token id, processed score, log-softmax of the raw logit (StepResult).
def next_tokens(logits: Tensor, settings: __torch__.settings.Settings, uniforms: Tensor, banned: Tensor, candidates: int,
                seen: Tensor) -> List[Tensor]:
  missing = -logits.size(1) % BLOCK
  if missing > 0:
    logits = torch.constant_pad_nd(logits, [0, missing], -inf)
  p = torch.softmax(logits, 1)
  best = __torch__.choice.best(logits)
  normaliser = torch.gather(logits, 1, best) - torch.log(torch.gather(p, 1, best))
  beams = annotate(List[Tensor], [])
  if candidates > 0:
    scores, ids = torch.topk(__torch__.choice.penalised(logits - normaliser, settings, banned, seen), candidates, 1)
    raw = torch.gather(logits, 1, ids) - normaliser
    beams.append(torch.stack([ids.to(FLOAT64), scores.to(FLOAT64), raw.to(FLOAT64)], 2))
  scores = logits
  chosen = best
  if banned.size(1) > 0 or settings.any_penalises():
    scores = __torch__.choice.penalised(logits, settings, banned, seen)
    chosen = __torch__.choice.best(scores)
    p = torch.softmax(scores, 1)
  if settings.any_samples():
    chosen = __torch__.choice.choose(scores, p, chosen.squeeze(1), settings, uniforms).unsqueeze(1)
  logprob = torch.gather(logits, 1, chosen) - normaliser
  valid = torch.isfinite(normaliser).logical_and(torch.gather(scores, 1, chosen) > -inf)
  return [torch.cat([chosen.to(FLOAT64), logprob.to(FLOAT64), valid.to(FLOAT64)], 1)] + beams

# The first of the largest scores of each row: the best block, then the best in it. scores [B, V] -> [B, 1].
def best(scores: Tensor) -> Tensor:
  rows = scores.size(0)
  blocks = scores.view([rows, -1, BLOCK])
  block = torch.argmax(torch.amax(blocks, [2]), 1, True)
  inner = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, 1, BLOCK])).squeeze(1)
  return block * BLOCK + torch.argmax(inner, 1, True)

# Processors that hold for greedy, sampled and beam rows alike. scores [B, V].
def penalised(scores: Tensor, settings: __torch__.settings.Settings, banned: Tensor, seen: Tensor) -> Tensor:
  if settings.any_penalises():
    penalty = settings.column(REPETITION_PENALTY).to(scores.dtype)
    score = torch.gather(scores, 1, seen)
    scores = scores.scatter(1, seen, torch.where(score < 0, score * penalty, score / penalty))
  if banned.size(1) > 0:
    scores = scores.index_put([banned[0], banned[1]], torch.full([], -inf, dtype=scores.dtype, device=scores.device))
  return scores

# One id per row by its own settings -> [B] int64. scores and their softmax p [B, V]; greedy [B]: what rows without do_sample
# take. On a GPU, where sorting is cheap and waiting is not, every row is taken for one of the last kind.
def choose(scores: Tensor, p: Tensor, greedy: Tensor, settings: __torch__.settings.Settings, uniforms: Tensor) -> Tensor:
  if not scores.is_cpu:
    drawn = __torch__.choice.drawn_exactly(scores, settings, uniforms)
    return torch.where(settings.column(DO_SAMPLE).squeeze(1) > 0, drawn, greedy)
  sampled = settings.asked(DO_SAMPLE) > 0
  k = settings.asked(TOP_K)
  chosen = greedy
  top_k = (k > 0).logical_and(sampled)
  nucleus = sampled.logical_and(settings.asked(TYPICAL_P) >= 1).logical_and(k == 0)
  full = sampled.logical_and(nucleus.logical_not()).logical_and(top_k.logical_not())
  # Rows with top_k look at a width of their own kind, the next multiple of BLOCK: what a row is computed from must not depend
  # on the rows beside it.
  widths = torch.ceil(k / BLOCK) * BLOCK
  while bool(top_k.any()):
    width = int(widths.masked_fill(top_k.logical_not(), inf).min().item())
    here = top_k.logical_and(widths == width)
    top_k = top_k.logical_and(here.logical_not())
    rows = torch.nonzero(here).squeeze(1)
    if width >= scores.size(1):
      full = full.logical_or(here)
    else:
      ids, whole = __torch__.choice.among_top(__torch__.choice.only(scores, rows), settings.of_rows(rows),
                                              uniforms.index_select(0, rows), width)
      chosen[rows] = ids
      full[rows] = whole
  if bool(nucleus.any()):
    rows = torch.nonzero(nucleus).squeeze(1)
    ids, refused = __torch__.choice.by_attempts(__torch__.choice.only(scores, rows), __torch__.choice.only(p, rows),
                                                settings.of_rows(rows), uniforms.index_select(0, rows))
    chosen[rows] = ids
    full[rows] = refused
  if bool(full.any()):
    rows = torch.nonzero(full).squeeze(1)
    chosen[rows] = __torch__.choice.drawn_exactly(__torch__.choice.only(scores, rows), settings.of_rows(rows),
                                                  uniforms.index_select(0, rows))
  return chosen

# The rows of x, without a copy where that is all of them.
def only(x: Tensor, rows: Tensor) -> Tensor:
  if rows.size(0) == x.size(0):
    return x
  return x.index_select(0, rows)

# The last resort, right for every setting: the filtered distribution in full. -> [B] int64
def drawn_exactly(scores: Tensor, settings: __torch__.settings.Settings, uniforms: Tensor) -> Tensor:
  p = torch.softmax(__torch__.choice.filtered(scores, settings), 1)
  return __torch__.choice.draw(p, uniforms.select(1, ATTEMPTS))

# Top-k: everything after it happens on the `width` largest scores, in order of token id. The second result marks rows in which
# more tokens than that tie with the k-th: they need the whole row.
def among_top(scores: Tensor, settings: __torch__.settings.Settings, uniforms: Tensor, width: int) -> Tuple[Tensor, Tensor]:
  best, ids = __torch__.choice.largest(scores, width + 1)
  kth = torch.gather(best, 1, (settings.column(TOP_K) - 1).to(INT64))
  whole = (best.narrow(1, width, 1) >= kth).squeeze(1)
  ids, order = torch.sort(ids.narrow(1, 0, width), 1)
  drawn = __torch__.choice.drawn_exactly(torch.gather(best, 1, order), settings, uniforms)
  return (torch.gather(ids, 1, drawn.unsqueeze(1)).squeeze(1), whole)

# The n largest scores of each row, in descending order, and their ids. They lie in the n blocks with the largest maxima, so
# only those are looked into.
def largest(scores: Tensor, n: int) -> Tuple[Tensor, Tensor]:
  rows = scores.size(0)
  blocks = scores.view([rows, -1, BLOCK])
  if 4 * n > blocks.size(1):
    best, ids = torch.topk(scores, min(n, scores.size(1)), 1)
    return (best, ids)
  _, block = torch.topk(torch.amax(blocks, [2]), n, 1)
  block, _ = torch.sort(block, 1)
  inside = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, n, BLOCK])).view([rows, n * BLOCK])
  best, place = torch.topk(inside, n, 1)
  return (best, torch.gather(block, 1, torch.floor_divide(place, BLOCK)) * BLOCK + torch.remainder(place, BLOCK))

# Top-p and min-p without sorting: draw from the whole softmax, keep the token if it passes, else draw again; what is kept has
# exactly the filtered and renormalised distribution. The second result marks rows refused every time. p is the softmax of
# scores.
def by_attempts(scores: Tensor, p: Tensor, settings: __torch__.settings.Settings, uniforms: Tensor) -> Tuple[Tensor, Tensor]:
  temperature = settings.column(TEMPERATURE).to(scores.dtype)
  if bool((temperature != 1).any()):
    p = torch.softmax(scores / temperature, 1)
  chosen = torch.zeros([p.size(0)], dtype=INT64, device=p.device)
  open = torch.arange(p.size(0), device=p.device)
  attempt = 0
  while attempt < ATTEMPTS and open.size(0) > 0:
    here = __torch__.choice.only(p, open)
    ids = __torch__.choice.draw(here, uniforms.index_select(0, open).select(1, attempt))
    passed = __torch__.choice.passes(here, ids, settings.of_rows(open))
    chosen[open] = ids
    open = open.masked_select(passed.logical_not())
    attempt = attempt + 1
  refused = torch.zeros([p.size(0)], dtype=BOOL, device=p.device)
  refused[open] = True
  return (chosen, refused)

# Whether tokens survive top-p and min-p. Among equally likely tokens the higher id counts as the likelier, as a stable
# ascending sort has it.
def passes(p: Tensor, ids: Tensor, settings: __torch__.settings.Settings) -> Tensor:
  mine = torch.gather(p, 1, ids.unsqueeze(1))
  top_p = settings.column(TOP_P)
  min_p = settings.column(MIN_P)
  passed = torch.ones_like(mine, dtype=BOOL)
  if bool((min_p > 0).any()):
    passed = passed.logical_and(mine >= min_p.to(p.dtype) * torch.amax(p, [1], True))
  if bool((top_p < 1).any()):
    # Comparing in place gives 0 and 1 as float32, several times faster than a mask and what follows from it; a few rows at a
    # time stay in the processor's own cache. At first all equally likely tokens count as likelier ones.
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

# Temperature, top-k, top-p, min-p and typical-p in transformers' order, by sorting: scores [B, n] -> [B, n] with removed ones
# at -inf. Top-k keeps all that tie with the k-th.
def filtered(scores: Tensor, settings: __torch__.settings.Settings) -> Tensor:
  n = scores.size(1)
  scores = scores / settings.column(TEMPERATURE).to(scores.dtype)
  s, order = torch.sort(scores, stable=True, dim=1, descending=False)
  k = settings.column(TOP_K).to(INT64)
  kth = torch.gather(s, 1, torch.clamp(n - k, 0, n - 1))
  s = s.masked_fill((s < kth).logical_and(k > 0), -inf)
  if bool((settings.asked(TOP_P) < 1).any()):
    top_p = settings.column(TOP_P)
    last = torch.eq(torch.arange(n, device=s.device), n - 1)
    below = torch.cumsum(torch.softmax(s, 1), 1) <= (1. - top_p).to(s.dtype)
    s = s.masked_fill(below.logical_and(last.logical_not()).logical_and(top_p.to(s.dtype) < 1), -inf)
  if bool((settings.asked(MIN_P) > 0).any()):
    p = torch.softmax(s, 1)
    s = s.masked_fill(p < settings.column(MIN_P).to(s.dtype) * torch.amax(p, [1], True), -inf)
  if bool((settings.asked(TYPICAL_P) < 1).any()):
    typical_p = settings.column(TYPICAL_P).to(s.dtype)
    s = torch.where(typical_p < 1, __torch__.choice.typical(s, typical_p), s)
  return torch.full_like(scores, -inf).scatter(1, order, s)

# Keeps the tokens whose surprise is nearest to the mean surprise, until their mass reaches typical_p.
def typical(s: Tensor, typical_p: Tensor) -> Tensor:
  logp = torch.log_softmax(s, 1)
  p = torch.exp(logp)
  entropy = -torch.nansum(logp * p, [1], True)
  distance, order = torch.sort(torch.abs(-logp - entropy), stable=True, dim=1, descending=False)
  mass = torch.cumsum(torch.gather(p, 1, order), 1)
  last = torch.clamp((mass < typical_p).sum([1], True), max=s.size(1) - 1)
  limit = torch.gather(distance, 1, last)
  removed = torch.zeros_like(s, dtype=BOOL).scatter(1, order, distance > limit)
  return s.masked_fill(removed, -inf)

# Inverse cumulative sum in order of token id: first the block, then the token within it.
# p [B, n] float32, u [B] -> [B] int64, never a token of probability 0.
def draw(p: Tensor, u: Tensor) -> Tensor:
  rows, n = p.size(0), p.size(1)
  if n % BLOCK > 0:
    p = torch.constant_pad_nd(p, [0, -n % BLOCK], 0.)
  blocks = p.view([rows, -1, BLOCK])
  mass = torch.cumsum(torch.sum(blocks, [2]), 1, dtype=FLOAT64)
  target = (u * mass.select(1, -1)).unsqueeze(1)
  block = torch.clamp(torch.searchsorted(mass, target, right=True), max=mass.size(1) - 1)
  before = torch.gather(torch.constant_pad_nd(mass, [1, 0], 0.), 1, block)
  inner = torch.gather(blocks, 1, block.unsqueeze(2).expand([rows, 1, BLOCK])).squeeze(1)
  mass = torch.cumsum(inner, 1, dtype=FLOAT64)
  # The two sums differ in the last bits: never reach beyond the block's own mass.
  target = torch.minimum(target - before, mass.narrow(1, BLOCK - 1, 1) * 0.9999999999)
  token = torch.searchsorted(mass, target, right=True)
  return torch.clamp(block * BLOCK + token, max=n - 1).squeeze(1)

# The processed distribution in full, for whoever wants to look at it: log-probabilities [B, V], -inf where removed.
def processed(logits: Tensor, settings: __torch__.settings.Settings, banned: Tensor, seen: Tensor) -> Tensor:
  return torch.log_softmax(__torch__.choice.filtered(__torch__.choice.penalised(logits, settings, banned, seen), settings), 1)
