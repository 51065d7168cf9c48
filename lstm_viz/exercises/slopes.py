"""What another process does with somebody's own forward and backward pass, as source.

It calls them, and takes the slopes of the forward pass: by a complex step, if the program can be
given complex numbers and the differences agree with what comes out, else by central differences.
"""

SLOPES = '''
import time
torch = None
if told["torch"]:
    import torch
kinds, changed, said = set(), [], {}
seeds, wanted = np.array(told["seeds"], dtype=float), told["output"]
inputs = told["given"]["forward"]
space = {"__name__": "own"}
exec(compile(told["text"], "own", "exec"), space)

def numbers(value):
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)

def plain(value):
    array = numbers(value)
    if array.dtype.kind == "c":
        raise TypeError("complex numbers were given back, and real ones are expected")
    kinds.add(array.dtype.name)
    return np.asarray(array, dtype=float)

def pack(value, dtype=float, graph=False):
    if isinstance(value, dict):
        return {name: pack(each, dtype, graph) for name, each in value.items()}
    array = np.array(value, dtype=dtype)
    return torch.tensor(array, requires_grad=graph) if torch else array

def dictionary(found, name):
    if isinstance(found, dict):
        return found
    return {name: found[0] if isinstance(found, (tuple, list)) and len(found) else found}

def flat(value):
    if isinstance(value, dict):
        return {name: flat(each) for name, each in value.items()}
    return plain(value).tolist()

def called(function):
    given = pack(told["given"][function])
    before = {n: json.dumps(flat(v)) for n, v in given.items()}
    found = space[function](**given)
    changed.extend(f"{function}: {n}" for n in before if before[n] != json.dumps(flat(given[n])))
    return found

def gradients_of(function):
    found = called(function)
    if found is not None and not isinstance(found, dict):
        raise TypeError(f"{function} gives back no dictionary of gradients by name")
    return {n: flat(v) for n, v in (found or {}).items()}

def output(given):
    return dictionary(space["forward"](**given), wanted)[wanted]

def places(given):
    for name, value in given.items():
        for key in value if isinstance(value, dict) else ():
            yield key, value, key
        if not isinstance(value, dict):
            yield name, given, name

def loss(name, place, step):
    """The loss with a step in one number: real, or complex as the step is."""
    given = pack(inputs, type(step))
    holder, key = next((h, k) for n, h, k in places(given) if n == name)
    holder[key][place] += step
    end = numbers(output(given))
    if end.dtype.kind != ("c" if isinstance(step, complex) else "f"):
        raise TypeError("the numbers are of another kind than what was given")
    return (end.reshape(seeds.shape) * seeds).sum()

def slopes(of_one):
    return {
        name: np.array([of_one(name, p) for p in np.ndindex(*np.shape(holder[key]))], float)
        for name, holder, key in list(places(pack(inputs)))
    }

def same(one, other):
    largest = max([1.0, *(np.abs(a).max(initial=0) for a in other.values())])
    return all(np.abs(one[n] - other[n]).max(initial=0) <= told["near"] * largest for n in other)

found = dictionary(called("forward"), wanted)
said["values"] = {n: flat(v) for n, v in found.items()}
single = "float32" in kinds
usual = wanted in found and plain(found[wanted]).size == seeds.size
if told["slopes"] and usual:
    start, nudge = time.monotonic(), told["nudge"]
    if not single:  # numbers may be rounded inside, and given back in double precision
        here = float(numbers(output(pack(inputs))).reshape(seeds.shape).ravel() @ seeds.ravel())
        bent = slopes(lambda n, p: float(loss(n, p, nudge) - 2 * here + loss(n, p, -nudge)))
        rough = max([0.0, *(np.abs(a).max(initial=0) for a in bent.values())])
        single = bool(rough > told["smooth"] * max(1.0, abs(here)))
    e = told["wide"] if single else told["step"]
    exact = slopes(lambda n, p: float((loss(n, p, e) - loss(n, p, -e)) / (2 * e)))
    said["by"] = "differences"
    if not single and time.monotonic() - start < told["patience"]:
        try:
            tiny = told["tiny"]
            stepped = slopes(lambda n, p: float(loss(n, p, complex(0, tiny)).imag / tiny))
            if same(stepped, exact):
                exact, said["by"] = stepped, "complex"
        except Exception:
            pass  # it cannot be given complex numbers
    shapes = {name: np.shape(holder[key]) for name, holder, key in places(pack(inputs))}
    said["slopes"] = {n: array.reshape(shapes[n]).tolist() for n, array in exact.items()}
if "backward" in told["given"]:
    said["gradients"] = gradients_of("backward")
elif torch and usual:
    graph = pack(inputs, graph=True)
    (output(graph).reshape(seeds.shape) * torch.tensor(seeds)).sum().backward()
    spots = [(n, h[k].grad) for n, h, k in places(graph)]
    said["gradients"] = {"d" + n: flat(g) for n, g in spots if g is not None}
if "numeric" in told["given"]:
    said["numeric"] = gradients_of("numeric")
said["changed"], said["single"] = changed, single or "float32" in kinds
'''
