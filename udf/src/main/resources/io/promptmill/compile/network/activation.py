# Activation functions by the names of Java's Activation, x [rows, width].
def of(name: str, x: Tensor) -> Tensor:
  whole = __torch__.linear.filled_up(x)
  y = __torch__.activation.computed(name, whole)
  return y if whole.size(1) == x.size(1) else y.narrow(1, 0, x.size(1)).contiguous()

def computed(name: str, x: Tensor) -> Tensor:
  if name == "gelu_new":
    # x * (1 + tanh(u)) / 2 is x * sigmoid(2u), which libtorch computes in half the time; u = sqrt(2 / pi) * (x + 0.044715 x^3).
    # In place where no gradient needs what is overwritten: new memory costs more than the arithmetic.
    if x.requires_grad:
      return torch.gelu(x, approximate="tanh")
    return (x * x).mul_(0.07135481627159853).add_(1.5957691216057308).mul_(x).sigmoid_().mul_(x)
  elif name == "gelu":
    return torch.gelu(x)
  elif name == "relu":
    return torch.relu(x)
  elif name == "silu":
    return torch.silu(x)
  elif name == "tanh":
    return torch.tanh(x)
  else:
    # No name of Activation: no number comes of it, so that no text does.
    return x * (inf - inf)

# MKL picks each of its functions for this processor when it is first called, and a thread that calls it in the meantime gets
# one with other last bits. So they are all called here before anything else, where no other thread is at work. -> [1] float64: 0
def first_calls() -> Tensor:
  zeros = torch.zeros([64, 64])
  return 0. * torch.amax(torch.log(torch.exp(torch.tanh(torch.mm(zeros, zeros))))).to(FLOAT64).view([1])
