/** The thread that owns the processes of one command: starts them, hands out calls, times them, starts them again when they die. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { CommandRefusal, CommandReply } from '../data/host.js';
import type { CommandSpec } from './node_command.js';

type Shared = { readonly spec: CommandSpec; readonly signal: Int32Array; readonly port: MessagePort };

/** A piece of a block that one process works on: places `from` to `to - 1`, those before `from` being answered. */
type Piece = { from: number; readonly to: number };

type Worker = {
  readonly child: ChildProcess;
  readonly cell: number;
  piece: Piece | null;
  /** Whether it has said nothing yet. */
  fresh: boolean;
  timer: NodeJS.Timeout | null;
  /** What came in since the last whole reply. */
  parts: Buffer[];
  size: number;
  /** The end of what it said on standard error. */
  words: string;
};

const { spec, signal, port }: Shared = workerData;
/** Deaths in a row, before there was any reply, after which a command does not work. */
const mostDeaths = 3;
/** Milliseconds that a process may take to start, beside the time of its first call. */
const startUp = 10_000;
/** Lines that are written before the first of them is answered. */
const mostLines = 32;
const keptWords = 500;
/** Bytes of one reply line. */
const longestLine = 1 << 28;

let calls: readonly (readonly unknown[])[] = [];
let replies: (CommandReply | undefined)[] = [];
let open = 0;
let pieces: Piece[] = [];
let refusal: CommandRefusal | null = null;
let replied = false;
let deaths = 0;
const workers = new Set<Worker>();

const name = spec.words.join(' ');
const seconds = spec.timeLimit;

function finish(): void {
  port.postMessage(refusal ?? replies);
  wake();
}

function wake(): void {
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

function begin(block: readonly (readonly unknown[])[]): void {
  calls = block;
  replies = new Array<CommandReply | undefined>(block.length);
  open = block.length;
  const share = Math.ceil(block.length / spec.processes);
  const length = spec.format === 'columns' ? share : Math.min(mostLines, share);
  pieces = [];
  for (let from = 0; from < block.length; from += length)
    pieces.push({ from, to: Math.min(from + length, block.length) });
  pieces.reverse();
  if (refusal !== null || open === 0) finish();
  else handOut();
}

function handOut(): void {
  while (pieces.length > 0 && refusal === null) {
    const idle = [...workers].find((w) => w.piece === null) ?? (workers.size < spec.processes ? startOne() : null);
    if (idle === null) return;
    const piece = pieces.pop();
    if (piece !== undefined) send(idle, piece);
  }
}

function startOne(): Worker {
  const [program = '', ...args] = spec.words;
  const child = spawn(program, args, { cwd: spec.folder, stdio: ['pipe', 'pipe', 'pipe'], shell: false });
  const taken = new Set([...workers].map((w) => w.cell));
  let cell = 1;
  while (taken.has(cell)) cell++;
  const worker: Worker = { child, cell, piece: null, fresh: true, timer: null, parts: [], size: 0, words: '' };
  workers.add(worker);
  if (child.pid !== undefined) signal[cell] = child.pid;
  child.on('error', (error) => {
    const missing = 'code' in error && error.code === 'ENOENT';
    gone(worker, missing ? `there is no program ${program}` : error.message, true);
  });
  // A process that is gone says so by itself.
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (data: Buffer) => take(worker, data));
  child.stderr?.on('data', (data: Buffer) => {
    worker.words = (worker.words + data.toString('utf8')).slice(-keptWords);
  });
  child.on('close', (code, by) =>
    gone(worker, by === null ? `it ended with code ${code}` : `it was ended by ${by}`, false),
  );
  return worker;
}

function send(worker: Worker, piece: Piece): void {
  worker.piece = piece;
  worker.parts = [];
  worker.size = 0;
  const asked = calls.slice(piece.from, piece.to);
  wind(worker, spec.format === 'columns' ? asked.length : 1);
  worker.child.stdin?.write(
    spec.format === 'columns'
      ? columnsOf(asked)
      : asked.map((args, i) => `${JSON.stringify({ id: piece.from + i, args })}\n`).join(''),
  );
}

/** Gives the process the time of some calls from now on. */
function wind(worker: Worker, count: number): void {
  if (worker.timer !== null) clearTimeout(worker.timer);
  const limit = seconds * 1000 * count + (worker.fresh ? startUp : 0);
  worker.timer = setTimeout(() => tooLate(worker), Math.min(limit, 2 ** 31 - 1));
}

/** The number of calls, then each argument's column, as doubles of this machine. */
function columnsOf(asked: readonly (readonly unknown[])[]): Buffer {
  const width = asked[0]?.length ?? 0;
  const numbers = new Float64Array(1 + width * asked.length);
  numbers[0] = asked.length;
  for (let k = 0; k < width; k++)
    for (let i = 0; i < asked.length; i++) numbers[1 + k * asked.length + i] = Number(asked[i]?.[k]);
  return Buffer.from(numbers.buffer);
}

function take(worker: Worker, data: Buffer): void {
  const { piece } = worker;
  // Nothing was asked.
  if (piece === null) return;
  worker.parts.push(data);
  worker.size += data.length;
  if (spec.format === 'columns') {
    const count = piece.to - piece.from;
    if (worker.size >= 8 * count * spec.columns) settleColumns(worker, piece, count);
    return;
  }
  if (data.includes(10)) takeLines(worker, piece);
  else if (worker.size > longestLine) worker.child.kill('SIGKILL');
}

function takeLines(worker: Worker, piece: Piece): void {
  const bytes = Buffer.concat(worker.parts);
  const end = bytes.lastIndexOf(10);
  const rest = bytes.subarray(end + 1);
  worker.parts = [rest];
  worker.size = rest.length;
  for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
    if (worker.piece !== piece) return;
    reply(worker, piece, [readLine(line, piece.from)]);
  }
}

function settleColumns(worker: Worker, piece: Piece, count: number): void {
  const bytes = new Uint8Array(Buffer.concat(worker.parts)).slice(0, 8 * count * spec.columns);
  const numbers = new Float64Array(bytes.buffer);
  reply(
    worker,
    piece,
    Array.from({ length: count }, (_, i) => ({
      ok: true,
      value: Array.from({ length: spec.columns }, (__, k) => numbers[k * count + i]),
    })),
  );
}

function readLine(line: string, id: number): CommandReply {
  const wrong = (why: string): CommandReply => ({ ok: false, why: `${why}: ${line.slice(0, 200)}` });
  let reply: unknown;
  try {
    reply = JSON.parse(line);
  } catch {
    return wrong('its reply is not JSON');
  }
  if (typeof reply !== 'object' || reply === null || !('id' in reply))
    return wrong('its reply is no record with an id');
  if (reply.id !== id) return wrong(`its reply is not to call ${id}`);
  if ('error' in reply) return { ok: false, why: String(reply.error) };
  return 'value' in reply ? { ok: true, value: reply.value } : wrong('its reply has no value');
}

/** Answers to the first calls of a piece. */
function reply(worker: Worker, piece: Piece, answers: readonly CommandReply[]): void {
  replied = true;
  deaths = 0;
  worker.fresh = false;
  const { from } = piece;
  piece.from += answers.length;
  if (piece.from === piece.to) free(worker);
  else wind(worker, 1);
  answered(from, answers);
}

function free(worker: Worker): void {
  worker.piece = null;
  if (worker.timer !== null) clearTimeout(worker.timer);
  worker.timer = null;
}

function answered(from: number, answers: readonly CommandReply[]): void {
  answers.forEach((answer, i) => {
    replies[from + i] = answer;
  });
  open -= answers.length;
  if (open === 0) finish();
  else handOut();
}

function tooLate(worker: Worker): void {
  const { piece } = worker;
  worker.piece = null;
  drop(worker);
  worker.child.kill('SIGKILL');
  if (piece !== null) failed(piece, `it took longer than ${seconds} s`);
}

/** A process has ended, or never began. */
function gone(worker: Worker, why: string, never: boolean): void {
  if (!workers.has(worker)) return;
  const { piece } = worker;
  drop(worker);
  const last = worker.words.trim();
  const told = last === '' ? why : `${why}: ${last}`;
  if (!replied && (never || ++deaths >= mostDeaths)) {
    refusal = { code: 'E0621', message: `The command "${name}" does not work: ${told}.` };
    if (open > 0) finish();
    open = 0;
    return;
  }
  if (piece !== null) failed(piece, told);
}

function drop(worker: Worker): void {
  free(worker);
  workers.delete(worker);
  signal[worker.cell] = 0;
}

/** Of lines it is the first unanswered call that failed; of a block, it is not known which, so each is asked once more alone. */
function failed({ from, to }: Piece, why: string): void {
  const alone = to - from === 1;
  if (spec.format === 'columns' && !alone) {
    for (let i = to - 1; i >= from; i--) pieces.push({ from: i, to: i + 1 });
    handOut();
    return;
  }
  if (!alone) pieces.push({ from: from + 1, to });
  answered(from, [{ ok: false, why }]);
}

port.on('message', begin);
wake();
