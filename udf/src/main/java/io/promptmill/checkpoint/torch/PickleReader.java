package io.promptmill.checkpoint.torch;

import io.promptmill.files.InvalidCheckpointException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the pickles that {@code torch.save} writes for a dictionary of tensors, as data: nothing is looked up, called or
 * run. Protocols 2 and 3 and the 32 opcodes such files need (CPython's {@code Lib/pickletools.py}); any other opcode or
 * global refuses the file. Values become {@code Long}, {@code BigInteger}, {@code Double}, {@code Boolean},
 * {@code String}, null, {@code ArrayList}, {@link PickleTuple}, {@link PickleDict}, {@link TorchGlobal},
 * {@link TorchStorage} and {@link TorchTensor}. Single-threaded.
 */
final class PickleReader {
    /** Of all pickles of a file together; GPT-2 XL needs about 60,000 bytes. */
    static final int MAX_BYTES = 8 << 20;

    /** What torch.save writes; protocol 3 adds texts of bytes only, which no weights need. */
    private static final int PROTOCOL = 2;

    // GPT-2 small needs about 5,400 opcodes, and a stack of 2,000 since Python writes dictionaries in runs of 1,000.
    private static final int MAX_OPCODES = 1_000_000;
    private static final int MAX_STACK = 10_000;
    private static final int MAX_MARKS = 64;
    private static final int MAX_MEMO_INDEX = 1_000_000;

    private final PickleInput input;
    private final TorchObjects objects;
    private final List<Object> stack = new ArrayList<>();
    private final List<Integer> marks = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private PickleReader(PickleInput input, TorchObjects objects) {
        this.input = input;
        this.objects = objects;
    }

    /** Reads one pickle and leaves the input behind its end. */
    static Object read(PickleInput input, TorchObjects objects) throws InvalidCheckpointException {
        return new PickleReader(input, objects).root();
    }

    private Object root() throws InvalidCheckpointException {
        for (int opcodes = 0; opcodes < MAX_OPCODES; opcodes++) {
            int code = input.opcode();
            PickleOpcode opcode = PickleOpcode.of(code);
            if ((opcode == PickleOpcode.PROTO) != (opcodes == 0)) {
                throw input.damaged("does not begin with its one protocol number");
            }
            if (opcode == PickleOpcode.STOP) {
                Object root = pop();
                if (!stack.isEmpty() || !marks.isEmpty()) {
                    throw input.damaged("ends with values left over");
                }
                return root;
            }
            execute(opcode, code);
        }
        throw input.damaged("has more than " + MAX_OPCODES + " opcodes");
    }

    private void execute(PickleOpcode opcode, int code) throws InvalidCheckpointException {
        switch (opcode) {
            case PROTO -> requireProtocol(input.uint8());
            case MARK -> mark();
            case NONE -> push(null);
            case NEWTRUE -> push(true);
            case NEWFALSE -> push(false);
            case BININT -> push((long) input.int32());
            case BININT1 -> push((long) input.uint8());
            case BININT2 -> push((long) input.uint16());
            case LONG1 -> push(input.integer(input.uint8()));
            case BINFLOAT -> push(input.bigEndianDouble());
            case BINUNICODE, BINSTRING -> push(input.text(input.int32()));
            case SHORT_BINSTRING -> push(input.text(input.uint8())); // Python 2 writes names so
            case EMPTY_DICT -> push(new PickleDict(PickleDict.Kind.DICT));
            case EMPTY_LIST -> push(new ArrayList<>());
            case EMPTY_TUPLE -> push(new PickleTuple(List.of()));
            case TUPLE -> push(new PickleTuple(popToMark()));
            case TUPLE1 -> push(new PickleTuple(pop(1)));
            case TUPLE2 -> push(new PickleTuple(pop(2)));
            case TUPLE3 -> push(new PickleTuple(pop(3)));
            case APPEND -> append(pop(1));
            case APPENDS -> append(popToMark());
            case SETITEM -> setItems(pop(2));
            case SETITEMS -> setItems(popToMark());
            case BINPUT -> memoize(input.uint8());
            case LONG_BINPUT -> memoize(input.int32());
            case BINGET -> push(remembered(input.uint8()));
            case LONG_BINGET -> push(remembered(input.int32()));
            case GLOBAL -> push(global(input.line(), input.line()));
            case BINPERSID -> push(objects.storage(pop(), input.opcodeOffset()));
            case REDUCE -> reduce(pop(), pop());
            case BUILD -> build(pop(), top());
            default -> throw input.unsafe("uses the opcode " + PickleOpcode.describe(code));
        }
    }

    private void requireProtocol(int protocol) throws InvalidCheckpointException {
        if (protocol != PROTOCOL && protocol != PROTOCOL + 1) {
            throw input.unsafe("has protocol " + protocol + " where torch.save writes " + PROTOCOL);
        }
    }

    private void mark() throws InvalidCheckpointException {
        if (marks.size() == MAX_MARKS) {
            throw input.damaged("is nested deeper than " + MAX_MARKS);
        }
        marks.add(stack.size());
    }

    private void push(Object value) throws InvalidCheckpointException {
        if (stack.size() == MAX_STACK) {
            throw input.damaged("needs a stack of more than " + MAX_STACK + " values");
        }
        stack.add(value);
    }

    /** Values above the last mark only: a mark is not stepped over. */
    private void requireValues(int count) throws InvalidCheckpointException {
        int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
        if (stack.size() - floor < count) {
            throw input.damaged("takes a value that is not there");
        }
    }

    private Object top() throws InvalidCheckpointException {
        requireValues(1);
        return stack.get(stack.size() - 1);
    }

    private Object pop() throws InvalidCheckpointException {
        requireValues(1);
        return stack.remove(stack.size() - 1);
    }

    private List<Object> pop(int count) throws InvalidCheckpointException {
        requireValues(count);
        List<Object> tail = stack.subList(stack.size() - count, stack.size());
        List<Object> values = new ArrayList<>(tail);
        tail.clear();
        return values;
    }

    private List<Object> popToMark() throws InvalidCheckpointException {
        if (marks.isEmpty()) {
            throw input.damaged("takes a mark that is not there");
        }
        List<Object> values = pop(stack.size() - marks.get(marks.size() - 1));
        marks.remove(marks.size() - 1);
        return values;
    }

    @SuppressWarnings("unchecked") // the only lists on the stack are those of EMPTY_LIST
    private void append(List<Object> values) throws InvalidCheckpointException {
        if (!(top() instanceof ArrayList<?> list)) {
            throw input.unsafe("appends to something that is no list");
        }
        ((List<Object>) list).addAll(values);
    }

    private void setItems(List<Object> keysAndValues) throws InvalidCheckpointException {
        if (!(top() instanceof PickleDict dict) || keysAndValues.size() % 2 != 0) {
            throw input.unsafe("sets items of something that is no dictionary, or half an item");
        }
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            if (!(keysAndValues.get(i) instanceof String key)) {
                throw input.unsafe("has a dictionary key that is no text");
            }
            if (dict.entries().containsKey(key)) {
                throw input.damaged("has the key " + InvalidCheckpointException.quote(key) + " twice");
            }
            dict.entries().put(key, keysAndValues.get(i + 1));
        }
    }

    private void memoize(int index) throws InvalidCheckpointException {
        if (index < 0 || index > MAX_MEMO_INDEX) {
            throw input.damaged("memorises under the index " + Integer.toUnsignedString(index));
        }
        memo.put(index, top());
    }

    private Object remembered(int index) throws InvalidCheckpointException {
        if (!memo.containsKey(index)) {
            throw input.damaged("recalls the index " + Integer.toUnsignedString(index) + " that it never memorised");
        }
        return memo.get(index);
    }

    private TorchGlobal global(String module, String name) throws InvalidCheckpointException {
        return TorchGlobal.find(module, name)
                .orElseThrow(() -> input.unsafe(
                        "asks for the Python name " + InvalidCheckpointException.quote(module + "." + name)));
    }

    private void reduce(Object arguments, Object function) throws InvalidCheckpointException {
        if (!(function instanceof TorchGlobal global) || !(arguments instanceof PickleTuple tuple)) {
            throw input.unsafe("calls something that is no allowed function");
        }
        push(objects.call(global, tuple.items(), input.opcodeOffset()));
    }

    /** A state dictionary's attributes, which {@code torch.save} writes as {@code _metadata}, are checked and dropped. */
    private void build(Object state, Object target) throws InvalidCheckpointException {
        if (!(state instanceof PickleDict)
                || !(target instanceof PickleDict dict)
                || dict.kind() != PickleDict.Kind.ORDERED_DICT) {
            throw input.unsafe("sets the state of something that is no OrderedDict");
        }
    }
}
