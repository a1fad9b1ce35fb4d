const YES = /^(1|true|yes|on)$/i;
/** What is meant by it stands in the name: whoever sets it has read the sentences below. */
const OVERRIDE = 'RIDETHROUGH_OPEN_WITHOUT_LOGIN';

/**
 * Why Node-RED is not started at this address: others reach it, and nobody is asked for a password. Undefined: it may start.
 * @param settings those of Node-RED that say who may log in
 */
export function accessProblem(host, { adminAuth, httpNodeAuth }, accessFile, env = process.env) {
    if (isLoopback(host) || YES.test(env[OVERRIDE] ?? '')) return undefined;
    const open = [...(adminAuth ? [] : ['the editor']), ...(httpNodeAuth ? [] : ['the dashboard'])];
    if (!open.length) return undefined;
    return `HOST=${host} would open ${open.join(' and ')} to everybody who reaches this machine, without a log-in. Whoever comes in can change flows, run programs and shut servers down.

To protect it, write ${accessFile}, which becomes part of Node-RED's settings (scripts/settings.cjs):

    module.exports = {
        adminAuth: { type: 'credentials', users: [{ username: 'admin', password: '<hash>', permissions: '*' }] },
        httpNodeAuth: { user: 'operator', pass: '<hash>' },
    };

adminAuth guards the editor, httpNodeAuth the pages. "npx node-red admin hash-pw" makes a hash. Behind httpNodeAuth the live data of the dashboard stay open: in a network with strangers put a reverse proxy with a log-in and TLS before it all.

To open it all the same, in a closed network: ${OVERRIDE}=yes`;
}

function isLoopback(host) {
    return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
