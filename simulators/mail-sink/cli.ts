#!/usr/bin/env node
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { UpsError } from '../../lib/core/errors';
import { numberOption, printLine, runCli } from '../shared/cli';
import { MailSink } from './mail-sink';

const HELP = `An SMTP server that prints each mail as a JSON line and stores nothing.
Needs the development dependencies of the project (smtp-server, postal-mime).

  node dist/simulators/mail-sink/cli.js --port 2525

  --port N           (default 2525)
  --address A        (default 127.0.0.1)
  --security none|starttls|tls   (default none)
  --user U --password P          require this log-in

Lines on stdin:
  reject connect|from|to|data CODE [TIMES]   e.g. reject data 451 2
  accept                                     accept all mails again
  delay MS                                   delay before accepting the data
  quit`;

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            help: { type: 'boolean', short: 'h' },
            port: { type: 'string', default: '2525' },
            address: { type: 'string', default: '127.0.0.1' },
            security: { type: 'string', default: 'none' },
            user: { type: 'string' },
            password: { type: 'string', default: '' },
        },
    });
    if (values.help) return console.log(HELP);
    const sink = new MailSink({
        port: numberOption('port', values.port),
        address: values.address,
        security: oneOf('security', ['none', 'starttls', 'tls'] as const, values.security),
        auth: values.user ? { user: values.user, password: values.password } : undefined,
    });
    sink.on('mail', ({ raw: _raw, content, ...mail }) => {
        const attachments = content.attachments.map(({ filename, mimeType }) => ({ filename, mimeType }));
        const { subject, text, html } = content;
        printLine({ event: 'mail', ...mail, subject, text, html, attachments });
    });
    await sink.start();
    printLine({ event: 'listening', address: values.address, port: sink.port });
    const input = createInterface({ input: process.stdin });
    const stop = async () => {
        await sink.stop();
        input.close();
    };
    input.on('line', (line) => {
        if (line.trim() === 'quit') return void stop();
        try {
            handleControl(sink, line.trim());
            printLine({ event: 'done', line });
        } catch (error) {
            printLine({ event: 'error', line, error: (error as Error).message });
        }
    });
    process.once('SIGTERM', () => void stop());
    process.once('SIGINT', () => void stop());
}

function handleControl(sink: MailSink, line: string): void {
    const [verb, ...args] = line.split(/\s+/);
    if (verb === 'accept') sink.faults.reject = undefined;
    else if (verb === 'delay') sink.faults.delayMs = numberOption('delay', args[0] ?? '');
    else if (verb === 'reject')
        sink.faults.reject = {
            at: oneOf('reject', ['connect', 'from', 'to', 'data'] as const, args[0]),
            code: numberOption('code', args[1] ?? ''),
            times: args[2] === undefined ? undefined : numberOption('times', args[2]),
        };
    else
        throw new UpsError('config-invalid', {
            property: 'line',
            value: line,
            expected: 'a command listed by --help',
        });
}

function oneOf<T extends string>(property: string, words: readonly T[], word: string | undefined): T {
    const found = words.find((candidate) => candidate === word);
    if (found === undefined)
        throw new UpsError('config-invalid', { property, value: word, expected: words.join(', ') });
    return found;
}

runCli(main);
