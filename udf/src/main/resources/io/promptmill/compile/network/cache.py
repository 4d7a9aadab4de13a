# Copying between slots: of keys and values, each [layer, S, K, C, W], and of the tokens in each slot, history [S, P] int64. The
# caller keeps these tensors; they are written in place.

# Notes the tokens of newly filled slots: tokens [N, P], padded with a token of the row itself.
def remember(slots: Tensor, tokens: Tensor, history: Tensor) -> Tensor:
  history.index_copy_(0, slots, tokens)
  return slots

# Copies positions span[0] to span[1] (host) of slots sources [M] to slots targets [M], as if all at once.
def copy(sources: Tensor, targets: Tensor, span: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  first = int(span[0].item())
  length = int(span[1].item()) - first
  for cache in [keys, values]:
    part = cache.narrow(3, first, length)
    # index_select would first copy all slots, since the part has gaps.
    part.index_copy_(1, targets, part[:, sources])
  return targets

def copy_history(sources: Tensor, targets: Tensor, history: Tensor) -> Tensor:
  history.index_copy_(0, targets, history.index_select(0, sources))
  return targets

# Copies the first length[0] (host) positions of slot 0 of another cache to slots targets [M].
def borrow(targets: Tensor, length: Tensor, other_keys: Tensor, other_values: Tensor,
           keys: Tensor, values: Tensor) -> Tensor:
  count = int(length.item())
  one = torch.zeros_like(targets)
  keys.narrow(3, 0, count).index_copy_(1, targets, other_keys.narrow(3, 0, count)[:, one])
  values.narrow(3, 0, count).index_copy_(1, targets, other_values.narrow(3, 0, count)[:, one])
  return targets

# Moves the contents of a cache into a larger one.
def grow(old_keys: Tensor, old_values: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  keys.narrow(1, 0, old_keys.size(1)).narrow(3, 0, old_keys.size(3)).copy_(old_keys)
  values.narrow(1, 0, old_values.size(1)).narrow(3, 0, old_values.size(3)).copy_(old_values)
  return old_keys

def grow_history(old: Tensor, history: Tensor) -> Tensor:
  history.narrow(0, 0, old.size(0)).copy_(old)
  return old

# Zeroes slots [M]: what is masked out must still be finite, since 0 times NaN is NaN.
def clear(slots: Tensor, keys: Tensor, values: Tensor) -> Tensor:
  keys.index_fill_(1, slots, 0.)
  values.index_fill_(1, slots, 0.)
  return slots
