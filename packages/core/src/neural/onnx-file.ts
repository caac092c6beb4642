import { PredictionError } from '../errors.ts';

/** What an ONNX file says of itself, read without running it or copying its weights. */
export interface OnnxFile {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly tensors: readonly OnnxTensor[];
  /** The operators it is made of, those of other domains than ONNX's with it: `Add`, `com.microsoft.MatMulNBits`. */
  readonly operators: ReadonlySet<string>;
}

/** An input or output. */
export interface OnnxValue {
  readonly name: string;
  /** E.g. `float32`; see `ELEMENT_TYPES`. */
  readonly type: string;
  /** A name, perhaps empty, stands for a dimension that may vary. */
  readonly shape: readonly (number | string)[];
}

/** A weight. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Size of its numbers as they are stored. */
  readonly sizeBytes: number;
  /** Where they are stored; null when in the file itself. */
  readonly external: { readonly file: string; readonly offset: number } | null;
}

/** Bytes of one number by ONNX's name of its type; its type numbers are the order (onnx.proto, TensorProto.DataType). */
const ELEMENT_TYPES: readonly (readonly [string, number])[] = [
  ['undefined', 0],
  ['float32', 4],
  ['uint8', 1],
  ['int8', 1],
  ['uint16', 2],
  ['int16', 2],
  ['int32', 4],
  ['int64', 8],
  ['string', 0],
  ['bool', 1],
  ['float16', 2],
  ['float64', 8],
  ['uint32', 4],
  ['uint64', 8],
  ['complex64', 8],
  ['complex128', 16],
  ['bfloat16', 2],
];

/** Reads the structure of an ONNX file: microseconds for each node. Throws `PredictionError` `file-malformed`. */
export function readOnnxFile(bytes: Uint8Array): OnnxFile {
  const operators = new Set<string>();
  const tensors: OnnxTensor[] = [];
  try {
    const graph = new Message(bytes).message(MODEL.graph);
    if (graph === undefined) throw new RangeError('it has no graph');
    readGraph(graph, operators, tensors);
    const weights = new Set(tensors.map(({ name }) => name));
    return {
      // Old exporters list the weights among the inputs.
      inputs: graph
        .messages(GRAPH.input)
        .map(readValue)
        .filter(({ name }) => !weights.has(name)),
      outputs: graph.messages(GRAPH.output).map(readValue),
      tensors,
      operators,
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `The model, ${bytes.length} bytes, is no ONNX file: ${why}. Download or export it again.`;
    throw new PredictionError('file-malformed', message, { cause: error });
  }
}

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 };
const NODE = { operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { graph: 6, graphs: 11 };
const TENSOR = { shape: 1, type: 2, name: 8, data: 9, external: 13 };
const ENTRY = { key: 1, value: 2 };
const VALUE = { name: 1, type: 2, tensor: 1, element: 1, shape: 2, dimension: 1, length: 1, parameter: 2 };

function readGraph(graph: Message, operators: Set<string>, tensors: OnnxTensor[]): void {
  for (const tensor of graph.messages(GRAPH.initializer)) tensors.push(readTensor(tensor));
  for (const node of graph.messages(GRAPH.node)) {
    const domain = node.text(NODE.domain);
    operators.add(
      domain === '' || domain === 'ai.onnx' ? node.text(NODE.operator) : `${domain}.${node.text(NODE.operator)}`,
    );
    for (const attribute of node.messages(NODE.attribute)) {
      const graphs = [...attribute.messages(ATTRIBUTE.graph), ...attribute.messages(ATTRIBUTE.graphs)];
      for (const inner of graphs) readGraph(inner, operators, tensors);
    }
  }
}

function readTensor(tensor: Message): OnnxTensor {
  const [type, elementBytes] = elementType(tensor.number(TENSOR.type) ?? 0);
  const shape = tensor.numbers(TENSOR.shape);
  const entries = tensor.messages(TENSOR.external).map((entry) => [entry.text(ENTRY.key), entry.text(ENTRY.value)]);
  const external = Object.fromEntries(entries) as Record<string, string>;
  const file = external['location'];
  const elements = shape.reduce((product, length) => product * length, 1);
  return {
    name: tensor.text(TENSOR.name),
    type,
    shape,
    sizeBytes: Number(external['length'] ?? elements * elementBytes),
    external: file === undefined ? null : { file, offset: Number(external['offset'] ?? 0) },
  };
}

function readValue(value: Message): OnnxValue {
  const tensor = value.message(VALUE.type)?.message(VALUE.tensor);
  const [type] = elementType(tensor?.number(VALUE.element) ?? 0);
  const dimensions = tensor?.message(VALUE.shape)?.messages(VALUE.dimension) ?? [];
  const shape = dimensions.map((dimension) => dimension.number(VALUE.length) ?? dimension.text(VALUE.parameter));
  return { name: value.text(VALUE.name), type, shape };
}

function elementType(number: number): readonly [string, number] {
  // Types of less than a byte and of later versions: their size is a bound, not the truth.
  return ELEMENT_TYPES[number] ?? [`type ${number}`, 1];
}

const utf8 = new TextDecoder();

/** A message in the wire format of Protocol Buffers; fields are read when asked for. Throws `RangeError` at bytes that are none. */
class Message {
  readonly #bytes: Uint8Array;
  /** By field number: an integer, or where a string or message stands. */
  readonly #fields = new Map<number, (number | Uint8Array)[]>();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    while (this.#at < bytes.length) this.#readField();
  }

  messages(field: number): Message[] {
    return this.#views(field).map((bytes) => new Message(bytes));
  }

  message(field: number): Message | undefined {
    return this.messages(field)[0];
  }

  text(field: number): string {
    return utf8.decode(this.#views(field)[0] ?? new Uint8Array(0));
  }

  number(field: number): number | undefined {
    return this.numbers(field)[0];
  }

  /** The integers of a field, packed or not. */
  numbers(field: number): number[] {
    return (this.#fields.get(field) ?? []).flatMap((value) => (typeof value === 'number' ? [value] : unpacked(value)));
  }

  #views(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []).filter((value) => typeof value !== 'number');
  }

  #readField(): void {
    const tag = this.#varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    let value: number | Uint8Array;
    if (wire === 0) value = this.#varint();
    else if (wire === 2) value = this.#take(this.#varint());
    else if (wire === 1 || wire === 5) value = this.#take(wire === 1 ? 8 : 4);
    else throw new RangeError(`a field of wire type ${wire} at byte ${this.#at}`);
    const values = this.#fields.get(field);
    if (values === undefined) this.#fields.set(field, [value]);
    else values.push(value);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length)) throw new RangeError(`a field of ${length} bytes goes beyond its end`);
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #varint(): number {
    const { value, end } = varint(this.#bytes, this.#at);
    this.#at = end;
    return value;
  }
}

function unpacked(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = varint(bytes, at);
    numbers.push(value);
    at = end;
  }
  return numbers;
}

/** An integer of 7 bits a byte. Those beyond 2⁵³, negative ones among them, come out inexact. */
function varint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < start + 10; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError(`it ends within a number at byte ${at}`);
    value += (byte & 0x7f) * 2 ** (7 * (at - start));
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new RangeError(`a number of more than 10 bytes at byte ${start}`);
}
