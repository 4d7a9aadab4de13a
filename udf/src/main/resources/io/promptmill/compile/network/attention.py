# Attention to keys and values in the cache; the one file that knows what the cache of a layer looks like.
#
# There are H heads of queries and K of keys and values, each of them for H / K heads of queries side by side; D is a head's
# width. A layer's keys and values are [S, K, C, W] of cache_type: S slots, C positions, W being D filled up with zeros to a
# multiple of ALIGNMENT.
# A prompt with several sequences or beams lies once in a cache of shared prompts, of the same form with places instead of
# slots; a slot holds then only what comes after. G places are in use, each with SEATS seats for rows that look at it.
class Attention:
  num_attention_heads : int
  num_key_value_heads : int
  head_dim : int
  cache_type : int

  # Keys and values of zeros, not of leftovers: a GPU multiplies what is masked out by zero, and zero times NaN is NaN.
  # Every row begins at a multiple of 64 bytes, since the order of MKL's sums depends on where numbers lie.
  def new_cache(self: __torch__.attention.Attention, layers: int, slots: int, positions: int, device: Device) -> List[Tensor]:
    shape = [layers, slots, self.num_key_value_heads, positions, self.head_dim + -self.head_dim % ALIGNMENT]
    return [torch.zeros(shape, dtype=self.cache_type, device=device), torch.zeros(shape, dtype=self.cache_type, device=device)]

  # Attention of tokens to one another and to the first past positions of their slots [N], into which their keys and values
  # are written behind those. q [N, H, L, D], k and v [N, K, L, D] -> [N, H, L, D]
  def of_prompts(self: __torch__.attention.Attention, q: Tensor, k: Tensor, v: Tensor, scale: float, slots: Tensor, past: int,
                 keys: Tensor, values: Tensor) -> Tensor:
    length = q.size(2)
    keys = keys.narrow(3, 0, self.head_dim)
    values = values.narrow(3, 0, self.head_dim)
    keys.narrow(2, past, length).index_copy_(0, slots, k.to(self.cache_type))
    values.narrow(2, past, length).index_copy_(0, slots, v.to(self.cache_type))
    if past == 0:
      return self.of_sequences(q, k, v, scale, 0.)
    k = torch.cat([keys.narrow(2, 0, past)[slots].to(FLOAT32), k], 2)
    v = torch.cat([values.narrow(2, 0, past)[slots].to(FLOAT32), v], 2)
    seen = torch.ones([length, past + length], dtype=BOOL, device=q.device).tril(past)
    return torch.scaled_dot_product_attention(q, self.for_queries(k), self.for_queries(v), seen, 0., False, scale=scale)

  # Attention of the tokens of whole sequences to one another, a share p of whose weights is dropped; shapes as of_prompts has them.
  def of_sequences(self: __torch__.attention.Attention, q: Tensor, k: Tensor, v: Tensor, scale: float, p: float) -> Tensor:
    k, v = self.for_queries(k), self.for_queries(v)
    if p == 0.:
      return torch.scaled_dot_product_attention(q, k, v, None, 0., True, scale=scale)
    # What libtorch does where something is dropped, without its search for tokens that see none at all.
    n, heads, length, width = q.size(0), q.size(1), q.size(2), q.size(3)
    unseen = torch.full([length, length], -inf, device=q.device).triu(1)
    seen = torch.baddbmm(unseen, q.reshape([-1, length, width]), k.reshape([-1, length, width]).transpose(1, 2), beta=1, alpha=scale)
    weights = torch.dropout(torch.softmax(seen, 2), p, True)
    return torch.bmm(weights, v.reshape([-1, length, width])).view([n, heads, length, width])

  # Keys or values [N, K, L, D] once for each head of queries -> [N, H, L, D]
  def for_queries(self: __torch__.attention.Attention, x: Tensor) -> Tensor:
    if self.num_attention_heads == self.num_key_value_heads:
      return x
    return torch.repeat_interleave(x, self.num_attention_heads // self.num_key_value_heads, 1)

  # Attention of one token a row to what the row has in its slot, its own keys and values among it, which are written here, and
  # in its shared prompt. q [B, H, 1, D], k and v [B, K, 1, D] -> [B, H, 1, D]
  def of_rows(self: __torch__.attention.Attention, q: Tensor, k: Tensor, v: Tensor, scale: float, rows: __torch__.attention.Rows,
              keys: Tensor, values: Tensor, shared_keys: Tensor, shared_values: Tensor) -> Tensor:
    keys.narrow(3, 0, self.head_dim)[rows.row, :, rows.own] = k.squeeze(2).to(self.cache_type)
    values.narrow(3, 0, self.head_dim)[rows.row, :, rows.own] = v.squeeze(2).to(self.cache_type)
    q = __torch__.linear.filled_up(q.to(self.cache_type))
    a, weight = self.of_cached(q, keys, values, scale, rows.lengths, rows.runs, rows.window)
    if rows.shared.size(0) > 0:
      # Each shared prompt is read once for all its seats; empty seats are computed, too, so that a row's shape is the same
      # whoever sits beside it.
      seated = q.reshape([-1, q.size(3)]).index_select(0, rows.to_seats).view([-1, self.num_attention_heads, SEATS, q.size(3)])
      b, other = self.of_cached(seated, shared_keys, shared_values, scale, rows.shared, rows.shared_runs, rows.shared_window)
      b = b.reshape([-1, q.size(3)]).index_select(0, rows.to_rows).view_as(a)
      other = other.reshape([-1]).index_select(0, rows.to_rows).view_as(weight)
      # Either part counts as the sum of its exponentials. Softmax takes each row by itself; an exponential of all rows at
      # once would have other last bits for the few that do not fill a vector.
      share = torch.softmax(torch.stack([weight, other], 3), 3)
      a = torch.where(rows.alone, a, a * share.narrow(3, 0, 1) + b * share.narrow(3, 1, 1))
    return a.narrow(3, 0, self.head_dim)

  # Attention of queries q [N, H, Q, W] to the first lengths [N] positions of the first N of keys and values [S, K, C, W], window
  # being the largest of them -> [N, H, Q, W] float32, and the logarithm of the sum of its exponentials [N, H, Q].
  # On a CPU each row and head has products of its own, of as many positions as it has tokens, so that its sums are the same
  # beside any others; rows of one length go into one call. A GPU takes all at once. Queries that look at the same keys are
  # computed together.
  def of_cached(self: __torch__.attention.Attention, q: Tensor, keys: Tensor, values: Tensor, scale: float, lengths: Tensor,
                runs: List[int], window: int) -> Tuple[Tensor, Tensor]:
    n, heads, queries, width = q.size(0), q.size(1), q.size(2), q.size(3)
    q = q.reshape([n, self.num_key_value_heads, heads // self.num_key_value_heads * queries, width])
    a, sums = self.of_device(q, keys, values, scale, lengths, runs, window)
    return (a.reshape([n, heads, queries, width]), sums.reshape([n, heads, queries]))

  def of_device(self: __torch__.attention.Attention, q: Tensor, keys: Tensor, values: Tensor, scale: float, lengths: Tensor,
                runs: List[int], window: int) -> Tuple[Tensor, Tensor]:
    if not q.is_cpu:
      keys = keys.narrow(0, 0, q.size(0)).narrow(2, 0, window)
      values = values.narrow(0, 0, q.size(0)).narrow(2, 0, window)
      unseen = torch.ge(torch.arange(window, device=q.device), lengths.view([-1, 1, 1, 1]))
      scores = (torch.matmul(q, keys.transpose(2, 3)).to(FLOAT32) * scale).masked_fill_(unseen, -inf)
      sums = torch.logsumexp(scores, [3])
      p = torch.exp(scores - sums.unsqueeze(3)).to(self.cache_type)
      return (torch.matmul(p, values).to(FLOAT32), sums)
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
    return (a.to(FLOAT32), sums)

# Where the rows of a step look, worked out once for all its layers.
class Rows:
  row : Tensor
  own : Tensor
  lengths : Tensor
  runs : List[int]
  window : int
  shared : Tensor
  shared_runs : List[int]
  shared_window : int
  alone : Tensor
  to_seats : Tensor
  to_rows : Tensor

  # See Network.step; heads of queries.
  def __init__(self: __torch__.attention.Rows, heads: int, positions: Tensor, starts: Tensor, shared: Tensor, members: Tensor,
               seats: Tensor, windows: Tensor) -> NoneType:
    self.row = torch.arange(positions.size(0), device=positions.device)
    # Where a row's token stands among those in its slot.
    self.own = positions - starts
    self.lengths = self.own + 1
    self.runs = __torch__.attention.runs(self.lengths)
    self.window = int(windows[0].item())
    self.shared = shared
    self.shared_runs = __torch__.attention.runs(shared)
    self.shared_window = int(windows[1].item())
    self.alone = torch.eq(starts, 0).view([-1, 1, 1, 1])
    # Queries of all heads in the order of places and seats, and back.
    head = torch.arange(heads, device=positions.device)
    self.to_seats = (members.unsqueeze(1) * heads + head.view([1, -1, 1])).view([-1])
    place = torch.floor_divide(seats, SEATS).unsqueeze(1)
    self.to_rows = ((place * heads + head) * SEATS + torch.remainder(seats, SEATS).unsqueeze(1)).view([-1])
    return None

# Rows side by side with equally many tokens, lengths [N] int64: their number and the tokens of each, run after run. A device
# that takes all at once needs none.
def runs(lengths: Tensor) -> List[int]:
  runs = annotate(List[int], [])
  if lengths.is_cpu:
    tokens, _, rows = torch.unique_consecutive(lengths, False, True)
    for i in range(tokens.size(0)):
      runs.append(int(rows[i].item()))
      runs.append(int(tokens[i].item()))
  return runs
