import { match, ok, strictEqual } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../support/free-port';
import { waitFor } from './support/wait-for';

const PROJECT = resolve(__dirname, '../..');

describe('npm start', function () {
    this.timeout(400_000);
    let userDir: string;
    let port: number;
    let running: Started | undefined;

    interface Started {
        npm: ChildProcess;
        output(): string;
    }

    async function start(): Promise<Started> {
        const npm = spawn('npm', ['start'], {
            cwd: PROJECT,
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, PORT: String(port), RIDETHROUGH_USER_DIR: userDir, LANG: 'en_US.UTF-8', LC_ALL: '' },
        });
        let log = '';
        for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
        const started = { npm, output: () => log };
        running = started;
        await waitFor(
            'the start',
            async () => {
                if (npm.exitCode !== null) throw new Error(`npm start ended with ${npm.exitCode}:\n${log}`);
                return /Started flows/.test(log) && (await answers());
            },
            60_000,
        );
        return started;
    }

    async function answers(): Promise<boolean> {
        try {
            return (await fetch(`http://127.0.0.1:${port}/settings`)).ok;
        } catch (error) {
            // fetch: nobody listens.
            if (error instanceof TypeError) return false;
            throw error;
        }
    }

    const gone = () => waitFor('the end of Node-RED', async () => !(await answers()));

    const flows = () => readFileSync(join(userDir, 'flows.json'), 'utf8');

    before(async () => {
        userDir = join(mkdtempSync(join(tmpdir(), 'ridethrough-start-')), 'user');
        port = await freePort();
    });

    after(async () => {
        running?.npm.kill('SIGTERM');
        await gone();
        rmSync(resolve(userDir, '..'), { recursive: true, force: true });
    });

    it('runs the shipped flows on a working copy', async () => {
        const { output } = await start();
        ok(existsSync(join(userDir, 'flows.json')));
        const deployed = (await (await fetch(`http://127.0.0.1:${port}/flows`)).json()) as { type: string }[];
        const shipped = JSON.parse(readFileSync(join(PROJECT, 'flows', 'staggered-shutdown.json'), 'utf8')) as object[];
        ok(deployed.length >= shipped.length);
        ok(deployed.some(({ type }) => type === 'ups-simulator'));
        match(output(), new RegExp(`http://127\\.0\\.0\\.1:${port}`));
    });

    it('sends nothing out by itself, and bears the name', async () => {
        const settings = (await (await fetch(`http://127.0.0.1:${port}/settings`)).json()) as {
            telemetryEnabled?: boolean;
            editorTheme: { page?: { title: string }; tours?: boolean; palette: { catalogues?: string[] } };
        };
        ok(!settings.telemetryEnabled);
        strictEqual(settings.editorTheme.tours, false);
        strictEqual(settings.editorTheme.palette.catalogues?.length, 0);
        const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
        match(page, /<title>Ridethrough<\/title>/);
    });

    it('refuses a port that is taken, before any flow runs', async () => {
        const second = spawn('npm', ['start'], {
            cwd: PROJECT,
            stdio: ['ignore', 'ignore', 'pipe'],
            env: { ...process.env, PORT: String(port), RIDETHROUGH_USER_DIR: join(userDir, '..', 'second') },
        });
        let complaint = '';
        second.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
        const code = await new Promise((done) => second.once('close', done));
        strictEqual(code, 1);
        match(complaint, new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is in use`));
        strictEqual(existsSync(join(userDir, '..', 'second')), false);
    });

    it('opens nothing to others without a log-in, and says how to protect it', async () => {
        const folder = join(userDir, '..', 'open');
        const open = spawn('npm', ['start'], {
            cwd: PROJECT,
            stdio: ['ignore', 'ignore', 'pipe'],
            env: { ...process.env, PORT: String(await freePort()), HOST: '0.0.0.0', RIDETHROUGH_USER_DIR: folder },
        });
        let complaint = '';
        open.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
        strictEqual(await new Promise((done) => open.once('close', done)), 1);
        for (const word of [/adminAuth/, /httpNodeAuth/, /access\.cjs/, /RIDETHROUGH_OPEN_WITHOUT_LOGIN=yes/]) {
            match(complaint, word);
        }
        strictEqual(existsSync(folder), false);
    });

    it('leaves nothing behind when npm is killed, and starts again with what the user has edited', async () => {
        running?.npm.kill('SIGKILL');
        await gone();
        const mine = JSON.stringify([{ id: '00000000000000a1', type: 'tab', label: 'Mine' }]);
        writeFileSync(join(userDir, 'flows.json'), mine);
        const { npm } = await start();
        strictEqual(flows(), mine);
        npm.kill('SIGTERM');
        await gone();
    });
});
