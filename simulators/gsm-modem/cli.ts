#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { UpsError } from '../../lib/core/errors';
import { numberOption, printLine, runCli } from '../shared/cli';
import { ModemServer } from './server';

const HELP = `A simulated GSM modem: prints each submitted SMS as a JSON line.

  node dist/simulators/gsm-modem/cli.js --port 2323
  node dist/simulators/gsm-modem/cli.js --pty /tmp/modem        (needs socat)

  --port N           TCP port on 127.0.0.1 (default 2323; 0: any)
  --pty PATH         also create a pseudo-terminal with this name
  --pin DIGITS       the SIM requires this PIN; three wrong PINs lock it
  --no-echo          does not echo commands
  --csq N            signal, 0 to 31 or 99 (default 20)
  --registration N   +CREG: 0 not registered, 1 home, 2 searching, 3 denied, 5 roaming (default 1)
  --mode both|pdu|text

On stdin: csq N | registration N | cms CODE [TIMES] | silent | no-final | chatter TEXT | say TEXT | heal | drop | restart | quit`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '2323' },
            pty: { type: 'string' },
            pin: { type: 'string', default: '' },
            'no-echo': { type: 'boolean', default: false },
            csq: { type: 'string', default: '20' },
            registration: { type: 'string', default: '1' },
            mode: { type: 'string', default: 'both' },
        },
    });
    if (values.help) return console.log(HELP);
    if (!['both', 'pdu', 'text'].includes(values.mode))
        throw new UpsError('config-invalid', { property: 'mode', value: values.mode, expected: 'both, pdu or text' });
    const server = new ModemServer({
        echo: !values['no-echo'],
        pin: values.pin,
        csq: numberOption('csq', values.csq),
        registration: numberOption('registration', values.registration),
        pduMode: values.mode !== 'text',
        textMode: values.mode !== 'pdu',
    });
    server.modem.on('sms', (sms) => printLine({ event: 'sms', ...sms }));
    await server.listen(numberOption('port', values.port));
    if (values.pty) server.openPty(values.pty);
    printLine({ event: 'listening', port: server.port, pty: values.pty });
    const input = createInterface({ input: process.stdin });
    const stop = () => {
        input.close();
        void server.close();
    };
    input.on('line', (line) => {
        if (line.trim() === 'quit') return stop();
        printLine({ event: handleControl(server, line.trim()) ? 'done' : 'error', line: line.trim() });
    });
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
}

function handleControl(server: ModemServer, line: string): boolean {
    const { modem } = server;
    const [word = '', ...rest] = line.split(' ');
    const text = rest.join(' ');
    const number = Number(rest[0]);
    if (word === 'csq' && number >= 0) modem.csq = number;
    else if (word === 'registration' && number >= 0) modem.registration = number;
    else if (word === 'cms' && number >= 0)
        modem.faults.push({ kind: 'cms', code: number, ...(rest[1] && { times: Number(rest[1]) }) });
    else if (word === 'silent' || word === 'no-final') modem.faults.push({ kind: word });
    else if (word === 'chatter' && text) modem.faults.push({ kind: 'chatter', line: text });
    else if (word === 'say' && text) modem.say(text);
    else if (word === 'heal') modem.faults.length = 0;
    else if (word === 'drop') server.drop();
    else if (word === 'restart') modem.restart();
    else return false;
    return true;
}

runCli(main);
