/** The thread that owns the processes of one command: starts them, hands out calls, times them, starts them again when they die. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { CommandRefusal, CommandReply } from '../data/host.js';
import { type CommandSpec, killGroup } from './node_command.js';
import { guard } from './node_command_guard.js';

type Shared = { readonly spec: CommandSpec; readonly signal: Int32Array; readonly port: MessagePort };

/** Calls that came together, and the number under which they are answered. */
type Block = { readonly number: number; readonly calls: readonly (readonly unknown[])[] };

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
  /** A line that is no reply, since the last that is one; and the timer that then ends its input. */
  stray: string | null;
  ending: NodeJS.Timeout | null;
  /** The columns that it answered last, and of which block they were. */
  last: { readonly from: number; readonly to: number; readonly block: number } | null;
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
/** Milliseconds of silence behind a line that is no reply, after which a process gets no more input. */
const silence = 200;

let block = 0;
let calls: Block['calls'] = [];
let replies: (CommandReply | undefined)[] = [];
let open = 0;
let pieces: Piece[] = [];
let refusal: CommandRefusal | null = null;
let replied = false;
let deaths = 0;
/** The id of the block's first call. Ids run on from block to block: a line that comes late is never taken for the reply to another call. */
let base = 0;
const workers = new Set<Worker>();

const name = spec.words.join(' ');
const seconds = spec.timeLimit;

function finish(): void {
  port.postMessage({ number: block, answer: refusal ?? replies });
  wake(block);
}

function wake(value: number): void {
  Atomics.store(signal, 0, value);
  Atomics.notify(signal, 0);
}

function begin(asked: Block): void {
  // Whoever asked for the block before has given it up.
  for (const worker of [...workers]) if (worker.piece !== null) remove(worker);
  base += calls.length;
  block = asked.number;
  calls = asked.calls;
  replies = new Array<CommandReply | undefined>(calls.length);
  open = calls.length;
  const share = Math.ceil(open / spec.processes);
  const length = spec.format === 'columns' ? share : Math.min(mostLines, share);
  pieces = [];
  for (let from = 0; from < open; from += length) pieces.push({ from, to: Math.min(from + length, open) });
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
  // A group of its own: Ctrl-C is for the run, which takes what it has and ends the command; a command that heard it too would seem to fail.
  const child = spawn(program, args, {
    cwd: spec.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    detached: true,
    windowsHide: true,
  });
  const taken = new Set([...workers].map((w) => w.cell));
  let cell = 1;
  while (taken.has(cell)) cell++;
  const worker: Worker = {
    ...{ child, cell, piece: null, fresh: true, timer: null, parts: [], size: 0 },
    ...{ stray: null, ending: null, last: null, words: '' },
  };
  workers.add(worker);
  if (child.pid !== undefined) {
    signal[cell] = child.pid;
    guard.add(child.pid);
  }
  child.on('error', (error) => {
    const missing = 'code' in error && error.code === 'ENOENT';
    lose(worker, missing ? `there is no program ${program}` : error.message, true);
  });
  // A process that is gone says so by itself.
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (data: Buffer) => {
    if (workers.has(worker)) take(worker, data);
  });
  child.stderr?.on('data', (data: Buffer) => {
    worker.words = (worker.words + data.toString('utf8')).slice(-keptWords);
  });
  child.on('close', (code, by) =>
    lose(worker, worker.stray ?? (by === null ? `it ended with code ${code}` : `it was ended by ${by}`)),
  );
  return worker;
}

function send(worker: Worker, piece: Piece): void {
  worker.piece = piece;
  worker.parts = [];
  worker.size = 0;
  const asked = calls.slice(piece.from, piece.to);
  wind(worker, spec.format === 'columns' ? asked.length : 1);
  if (spec.format === 'columns') {
    worker.child.stdin?.write(columnsOf(asked));
    return;
  }
  const first = base + piece.from;
  worker.child.stdin?.write(asked.map((args, i) => `${JSON.stringify({ id: first + i, args })}\n`).join(''));
}

/** Gives the process the time of some calls from now on. */
function wind(worker: Worker, count: number): void {
  if (worker.timer !== null) clearTimeout(worker.timer);
  const limit = seconds * 1000 * count + (worker.fresh ? startUp : 0);
  worker.timer = setTimeout(() => lose(worker, `it took longer than ${seconds} s`), Math.min(limit, 2 ** 31 - 1));
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
  worker.parts.push(data);
  worker.size += data.length;
  if (spec.format === 'columns') takeColumns(worker);
  else if (data.includes(10)) takeLines(worker);
  else if (worker.size > longestLine) lose(worker, `it printed more than ${longestLine >> 20} MB in one line`);
}

/**
 * A reply is so many bytes and no more: what comes behind them may as well stand in front of the numbers, and then none of them is what it
 * seems. So a reply counts once nothing followed it the next time that the pipe was asked.
 */
function takeColumns(worker: Worker): void {
  const { piece } = worker;
  if (piece === null) {
    tooMuch(worker);
    return;
  }
  worker.fresh = false;
  const count = piece.to - piece.from;
  const missing = 8 * count * spec.columns - worker.size;
  // Who writes is done with the call, or writes each result as it is done.
  if (missing > 0) wind(worker, Math.ceil(missing / (8 * spec.columns)));
  else if (missing < 0) lose(worker, 'it wrote more than its reply');
  else
    setImmediate(() =>
      setImmediate(() => {
        if (worker.piece === piece && workers.has(worker)) settleColumns(worker, piece, count);
      }),
    );
}

/** Bytes behind a reply that was taken: it is asked for again, or where it is in use already, the command is not to be trusted. */
function tooMuch(worker: Worker): void {
  const { last } = worker;
  remove(worker);
  if (last === null || last.block !== block || open === 0) {
    refuse('it wrote more than its reply');
    return;
  }
  open += last.to - last.from;
  failed({ from: last.from, to: last.to }, 'it wrote more than its reply');
}

function takeLines(worker: Worker): void {
  const bytes = Buffer.concat(worker.parts);
  const end = bytes.lastIndexOf(10);
  const rest = bytes.subarray(end + 1);
  worker.parts = [rest];
  worker.size = rest.length;
  for (const line of bytes.subarray(0, end).toString('utf8').split('\n')) {
    // Behind the last reply there may be anything, as between replies.
    if (worker.piece === null || !workers.has(worker)) return;
    takeLine(worker, worker.piece, line);
  }
}

/**
 * A call's reply is the line with its id; a line without the id of a call that waits is passed over. So nothing hangs on when a line is read, or
 * on which process a call is asked of. Where a later call is answered first, ids are not to be trusted: the process ends, the
 * call in front has failed, and those behind it are asked again.
 */
function takeLine(worker: Worker, piece: Piece, line: string): void {
  const { id, reply } = readLine(line);
  if (id === base + piece.from) {
    if (worker.ending !== null) clearTimeout(worker.ending);
    worker.ending = null;
    worker.stray = null;
    settle(worker, piece, [reply]);
    return;
  }
  const ahead = id !== null && id > base + piece.from && id < base + piece.to;
  if (ahead) lose(worker, worker.stray ?? `it answered a later call first: ${shortened(line)}`);
  else {
    worker.stray ??= `its reply has not the id of the call: ${shortened(line)}`;
    // What stands in the place of a reply is told from what stands in front of one by what a process writes until it ends.
    if (worker.ending !== null) clearTimeout(worker.ending);
    worker.ending = setTimeout(() => worker.child.stdin?.end(), silence);
  }
}

const shortened = (line: string): string => line.slice(0, 200);

function settleColumns(worker: Worker, piece: Piece, count: number): void {
  const bytes = new Uint8Array(Buffer.concat(worker.parts)).slice();
  const numbers = new Float64Array(bytes.buffer);
  worker.last = { from: piece.from, to: piece.to, block };
  worker.parts = [];
  worker.size = 0;
  settle(
    worker,
    piece,
    Array.from({ length: count }, (_, i) => ({
      ok: true,
      value: Array.from({ length: spec.columns }, (__, k) => numbers[k * count + i]),
    })),
  );
}

/** The call that a line is about, and what it says. The id of a line that is no JSON, as one with a bare NaN, is read all the same. */
function readLine(line: string): { readonly id: number | null; readonly reply: CommandReply } {
  const wrong = (why: string): CommandReply => ({ ok: false, why: `${why}: ${shortened(line)}` });
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    const id = /^\s*\{\s*"id"\s*:\s*(\d+)\s*[,}]/.exec(line)?.[1];
    return { id: id === undefined ? null : Number(id), reply: wrong('its reply is not JSON') };
  }
  if (typeof said !== 'object' || said === null || !('id' in said) || typeof said.id !== 'number')
    return { id: null, reply: wrong('its reply is no record with an id') };
  const { id } = said;
  if ('error' in said) return { id, reply: { ok: false, why: String(said.error) } };
  return { id, reply: 'value' in said ? { ok: true, value: said.value } : wrong('its reply has no value') };
}

/** Answers to the first calls of a piece. */
function settle(worker: Worker, piece: Piece, answers: readonly CommandReply[]): void {
  replied = true;
  worker.fresh = false;
  const { from } = piece;
  piece.from += answers.length;
  if (piece.from < piece.to) wind(worker, 1);
  // One whose input was ended can be asked nothing more.
  else if (worker.child.stdin?.writableEnded === true) remove(worker);
  else free(worker);
  answered(from, answers);
}

function free(worker: Worker): void {
  worker.piece = null;
  for (const timer of [worker.timer, worker.ending]) if (timer !== null) clearTimeout(timer);
  worker.timer = null;
  worker.ending = null;
}

function answered(from: number, answers: readonly CommandReply[]): void {
  answers.forEach((answer, i) => {
    replies[from + i] = answer;
  });
  open -= answers.length;
  if (open === 0) finish();
  else handOut();
}

/** A process has ended, or never began, or is to end since it can't be gone on with. */
function lose(worker: Worker, why: string, never = false): void {
  if (!workers.has(worker)) return;
  const { piece } = worker;
  remove(worker);
  const last = worker.words.trim();
  const told = last === '' ? why : `${why}: ${last}`;
  if (!replied && (never || ++deaths >= mostDeaths)) refuse(told);
  else if (piece !== null) failed(piece, told);
}

function refuse(why: string): void {
  refusal = { code: 'E0621', message: `The command "${name}" does not work: ${why}.` };
  if (open > 0) finish();
  open = 0;
}

/** Ends a process and whatever it has started. */
function remove(worker: Worker): void {
  free(worker);
  workers.delete(worker);
  signal[worker.cell] = 0;
  const { pid } = worker.child;
  if (pid === undefined) return;
  killGroup(pid);
  guard.remove(pid);
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
wake(0);
