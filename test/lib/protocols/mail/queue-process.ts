import { SystemClock } from '../../../../lib/core/clock';
import { SmtpTransport } from '../../../../lib/protocols/mail/account';
import { MailQueue } from '../../../../lib/protocols/mail/queue';
import { TableMailQueueStore } from '../../../../lib/protocols/mail/table-store';
import { openStore } from '../../../../lib/store/store';
import { mail } from './memory-transport';

/**
 * A process to be killed: opens the store in argv[2], sends to the port in argv[3], and queues mails for ever, a number in
 * each; says on stdout which it has queued.
 */
const [, , directory, port] = process.argv;
const clock = new SystemClock();
const store = openStore({ directory, clock });
const queue = new MailQueue({
    account: 'account1',
    domain: 'plant.example',
    store: new TableMailQueueStore(() => store),
    transport: new SmtpTransport({
        host: '127.0.0.1',
        port: Number(port),
        security: 'none',
        from: 'ups@plant.example',
    }),
    clock,
});
queue.start();
let next = Number(store.getValue('test', 'next') ?? 1);

function enqueueOne(): void {
    const number = next++;
    queue.enqueue(mail(`mail ${number}`), { alongside: () => store.setValue('test', 'next', next) });
    process.stdout.write(`${number}\n`);
    setTimeout(enqueueOne, 30);
}

if (process.argv[4] === 'drain') process.stdout.write('draining\n');
else enqueueOne();
