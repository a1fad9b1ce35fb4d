import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The environment of every task: the packages' own programs (and the project's Node) come first. */
export function taskEnvironment(extra = {}) {
    const programs = join(root, 'node_modules', '.bin');
    const path = process.env.PATH ?? '';
    return {
        ...process.env,
        PATH: path.split(delimiter)[0] === programs ? path : `${programs}${delimiter}${path}`,
        ...extra,
    };
}

/**
 * Runs a program and resolves when it has ended. Ctrl-C reaches parent and child alike, so the parent only waits; a SIGTERM or SIGHUP
 * that reaches the parent alone is passed on. `givesWay`: it takes only the time that nothing else needs.
 */
function run(program, args, { givesWay = false, ...options }, onOutput) {
    return new Promise((resolve, reject) => {
        const child = spawn(program, args, { env: taskEnvironment(), ...options });
        if (givesWay && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
        const wait = () => {};
        const pass = (signal) => child.kill(signal);
        process.on('SIGINT', wait).on('SIGTERM', pass).on('SIGHUP', pass);
        child.stdout?.setEncoding('utf8').on('data', onOutput);
        child.stderr?.setEncoding('utf8').on('data', onOutput);
        child.on('error', (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
        child.on('close', (code, signal) => {
            process.off('SIGINT', wait).off('SIGTERM', pass).off('SIGHUP', pass);
            resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
        });
    });
}

/** Runs a program on this terminal and resolves with its exit code. */
export function runInherited(program, args, options = {}) {
    return run(program, args, { stdio: 'inherit', ...options });
}

/** Runs a program and resolves with its exit code and everything it printed. */
export async function runCaptured(program, args, options = {}) {
    let output = '';
    const code = await run(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options }, (chunk) => {
        output += chunk;
    });
    return { code, output };
}
