// Builds, and runs Node-RED with the shipped flows on a working copy in .ridethrough/ (or RIDETHROUGH_USER_DIR).
import { build } from '../lib/build.mjs';
import { accessFault, host, nodeRedProgram, port, portFault, prepareUserDir } from '../lib/node-red.mjs';
import { runInherited } from '../lib/run.mjs';

async function start() {
    const fault = accessFault();
    if (fault) {
        console.error(fault);
        return 1;
    }
    if (!(await build())) {
        console.error('The build failed, so nothing was started.');
        return 1;
    }
    const taken = await portFault('npm start');
    if (taken) {
        console.error(taken);
        return 1;
    }
    for (const sentence of prepareUserDir()) console.log(sentence);
    console.log(`Starting Node-RED on http://${host}:${port} (Ctrl-C ends it)`);
    const { args, options } = nodeRedProgram();
    return runInherited(process.execPath, args, options);
}

process.exitCode = await start();
