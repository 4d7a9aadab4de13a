# A causal language model that learns: the loss of whole sequences, its gradients, and AdamW. Java calls these methods by name;
# every argument is a tensor. The family's layers are those of generation, over linear.py of this folder.
#
# Blocks are ids [N, L] int64, each token predicted from those before it. The lists have a tensor for each weight, in the order of
# the names that Java knows; without gradients nothing is dropped. Reading order: prepare, accumulate, predictions, to_gradient, update.
class Training(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  vocab_size : int
  max_positions : int
  attn_pdrop : float
  attention : __torch__.attention.Attention
  model : __torch__.family.Model
  weights : List[Tensor]
  gradients : List[Tensor]
  exp_avgs : List[Tensor]
  exp_avg_sqs : List[Tensor]
  steps : List[Tensor]

  # -> [2] float64: vocabulary, positions
  def shape(self: __torch__.training.Training) -> Tensor:
    return torch.tensor([self.vocab_size, self.max_positions], dtype=FLOAT64)

  # Makes the weights what gradients are computed for; called once, before anything else. -> [1] float64: 0
  def prepare(self: __torch__.training.Training) -> Tensor:
    self.model.prepare()
    for weight in self.weights:
      weight.requires_grad_(True)
      self.exp_avgs.append(torch.zeros_like(weight).detach())
      self.exp_avg_sqs.append(torch.zeros_like(weight).detach())
    self.steps.append(torch.zeros([], dtype=FLOAT32, device=self.model.device()))
    return __torch__.activation.first_calls()

  # seed [1] int64 on the host: of what is dropped from now on.
  def seed(self: __torch__.training.Training, seed: Tensor) -> Tensor:
    torch.manual_seed(int(seed.item()))
    return seed

  # Adds the gradients of share [1] float64 (host) times the loss to those that are there. -> the loss
  def accumulate(self: __torch__.training.Training, ids: Tensor, share: Tensor) -> Tensor:
    torch.set_grad_enabled(True)
    logits = self.predictions(ids)
    torch.set_grad_enabled(False)
    gradient = logits.detach()
    loss = __torch__.training.to_gradient(gradient, __torch__.training.targets(ids), float(share.item()))
    found = torch.grad([logits], self.weights, annotate(List[Optional[Tensor]], [gradient]), allow_unused=True)
    gradients = annotate(List[Tensor], [])
    for i, weight in enumerate(self.weights):
      of_weight = found[i]
      if of_weight is None:
        own = torch.zeros_like(weight)
      else:
        own = unchecked_cast(Tensor, of_weight).contiguous()
      gradients.append(self.gradients[i].add_(own) if len(self.gradients) > 0 else own)
    self.gradients = gradients
    return loss

  # -> the loss, nothing dropped; a thread begins with gradients
  def loss(self: __torch__.training.Training, ids: Tensor) -> Tensor:
    torch.set_grad_enabled(False)
    return __torch__.training.to_gradient(self.predictions(ids), __torch__.training.targets(ids), 1.)

  # What is predicted for all tokens but the first of each block -> logits [N (L - 1), V]
  def predictions(self: __torch__.training.Training, ids: Tensor) -> Tensor:
    positions = torch.arange(ids.size(1), device=ids.device)
    x = self.model.embed(ids, positions)
    for layer in self.model.all_layers():
      q, k, v = layer.queries_keys_values(x, positions)
      a = self.attention.of_sequences(q, k, v, layer.attention_scale, self.attn_pdrop if q.requires_grad else 0.)
      x = layer.after_attention(x, a)
    return self.model.logits(x.narrow(1, 0, ids.size(1) - 1).reshape([-1, x.size(2)]))

  # A step of AdamW with the gradients that are there, unless their norm is not finite. settings [6] float64 on the host: rate,
  # beta1, beta2, epsilon, decay, longest norm. -> first the norm before clipping
  def update(self: __torch__.training.Training, settings: Tensor) -> Tensor:
    norms = annotate(List[Tensor], [])
    for gradient in self.gradients:
      norms.append(torch.norm(gradient))
    norm = torch.norm(torch.stack(norms))
    looked_at = annotate(List[Tensor], [])
    if bool(torch.isfinite(norm)):
      self.steps[0].add_(1.)
      # torch.nn.utils.clip_grad_norm_, as what the optimiser divides gradients by.
      scale = torch.clamp((norm + 1e-6) / float(settings[5].item()), min=1.)
      decay = float(settings[4].item())
      looked_at = self.update_some(True, decay, scale, settings) + self.update_some(False, 0., scale, settings)
    self.gradients = annotate(List[Tensor], [])
    return torch.stack([norm] + looked_at)

  # Updates the matrices or all else: biases and norms do not decay, as in transformers' Trainer.
  def update_some(self: __torch__.training.Training, matrices: bool, decay: float, scale: Tensor, settings: Tensor) -> List[Tensor]:
    weights = annotate(List[Tensor], [])
    gradients = annotate(List[Tensor], [])
    exp_avgs = annotate(List[Tensor], [])
    exp_avg_sqs = annotate(List[Tensor], [])
    steps = annotate(List[Tensor], [])
    for i, weight in enumerate(self.weights):
      if (weight.dim() > 1) == matrices:
        weights.append(weight.detach())
        gradients.append(self.gradients[i])
        exp_avgs.append(self.exp_avgs[i])
        exp_avg_sqs.append(self.exp_avg_sqs[i])
        steps.append(self.steps[0])
    torch._fused_adamw_(weights, gradients, exp_avgs, exp_avg_sqs, annotate(List[Tensor], []), steps,
                        lr=float(settings[0].item()), beta1=float(settings[1].item()), beta2=float(settings[2].item()),
                        weight_decay=decay, eps=float(settings[3].item()), amsgrad=False, maximize=False, grad_scale=scale)
    # Without a look at what it has written the interpreter takes the call for one without effect, and leaves it out.
    return [torch.select(weights[0].view([-1]), 0, 0)]

  # ---- what is kept of a training ----

  # place [1] int64 on the host: which weight. -> it and the optimiser's two means
  def state(self: __torch__.training.Training, place: Tensor) -> List[Tensor]:
    i = int(place.item())
    return [self.weights[i].detach(), self.exp_avgs[i], self.exp_avg_sqs[i]]

  def restore(self: __torch__.training.Training, place: Tensor, weight: Tensor, exp_avg: Tensor, exp_avg_sq: Tensor) -> Tensor:
    i = int(place.item())
    self.weights[i].detach().copy_(weight)
    self.exp_avgs[i].copy_(exp_avg)
    self.exp_avg_sqs[i].copy_(exp_avg_sq)
    return place

  # -> [1] float64: how many updates there were
  def step(self: __torch__.training.Training) -> Tensor:
    return self.steps[0].to(FLOAT64).view([1])

  # steps [1] int64 on the host
  def restore_step(self: __torch__.training.Training, steps: Tensor) -> Tensor:
    self.steps[0].fill_(float(steps.item()))
    return steps

  # place [2] int64 on the host: which weight, and the type that its values are given in. -> a weight
  def weight(self: __torch__.training.Training, place: Tensor) -> List[Tensor]:
    weight = self.weights[int(place[0].item())].detach().to(int(place[1].item()))
    return [weight.contiguous()]

  # place [1] int64 on the host. -> the gradient of a weight, as far as it is accumulated
  def gradient(self: __torch__.training.Training, place: Tensor) -> Tensor:
    return self.gradients[int(place.item())]

  def forward(self: __torch__.training.Training, ids: Tensor) -> Tensor:
    return ids

# All tokens but the first of each block, [N (L - 1), 1]
def targets(ids: Tensor) -> Tensor:
  return ids.narrow(1, 1, ids.size(1) - 1).reshape([-1, 1])

# Makes of logits [rows, V] the gradient of share times the mean of -log softmax at targets [rows, 1], in their place and a few
# rows at a time: of a large vocabulary they are the largest tensor by far. -> that mean, without share
def to_gradient(logits: Tensor, targets: Tensor, share: float) -> Tensor:
  rows = logits.size(0)
  together = 1 + LOGITS // logits.size(1)
  losses = annotate(List[Tensor], [])
  for tile, target in zip(torch.split(logits, together), torch.split(targets, together)):
    highest = torch.amax(tile, [1], True)
    wanted = torch.gather(tile, 1, target) - highest
    sums = torch.sum(tile.sub_(highest).exp_(), [1], True)
    losses.append(torch.log(sums) - wanted)
    tile.mul_(share / float(rows) / sums).scatter_add_(1, target, torch.full_like(wanted, -share / float(rows)))
  return torch.mean(torch.cat(losses))
