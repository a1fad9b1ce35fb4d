import type { UpsError } from '../../lib/core/errors';
import type { SshProgress, SshRequest } from '../../lib/protocols/ssh/commander';
import { KnownHosts } from '../../lib/protocols/ssh/known-hosts';
import { TestSshServer } from './ssh-server';
import { errorInEnglish } from './in-english';

/** A shutdown of hosts of this machine that know the user `ops`, password `secret`. */
export function sshRequest(
    ports: number[],
    { save }: { save(progress: SshProgress): void },
    more: Partial<SshRequest> = {},
): SshRequest {
    const progress: SshProgress = more.progress ?? { accepted: [], settled: {} };
    return {
        targets: ports.map((port) => ({ user: 'ops', host: '127.0.0.1', port })),
        command: 'shutdown -h now',
        login: { password: 'secret' },
        knownHosts: new KnownHosts(TestSshServer.fingerprint),
        timeoutMs: 10_000,
        dropIsSuccess: true,
        maxOutputBytes: 1000,
        parallel: 4,
        retries: 0,
        progress,
        save: () => save(progress),
        words: (error: UpsError) => `${error.code}: ${errorInEnglish(error)}`,
        ...more,
    };
}
