import { DialogTray, type Rows } from './dialog-tray';
import { openBrowser } from './browser';
import { openEditor } from './editor-page';
import { NodeRedProcess } from './node-red-process';
import { sampleNodes } from './sample-nodes';

/**
 * The rows of every dialog, by the names of `sampleNodes`: which are shown, and which come and go with each choice.
 * @param visit is called with each dialog, as it is opened
 * @param wanted by name; default: all
 */
export async function rowsOfDialogs(
    chromium: string,
    types?: readonly string[],
    visit?: (name: string, tray: DialogTray) => Promise<void>,
    wanted: (name: string) => boolean = () => true,
): Promise<Record<string, Rows>> {
    const { flow, shown } = sampleNodes(types);
    const nodeRed = await NodeRedProcess.start({ flows: flow });
    const browser = await openBrowser(chromium);
    const rows: Record<string, Rows> = {};
    try {
        const page = await openEditor(browser, nodeRed.url(), { width: 1400, height: 1500 });
        for (const [name, id] of [...shown].filter(([each]) => wanted(each))) {
            const tray = await DialogTray.open(page, id);
            await visit?.(name, tray);
            rows[name] = await tray.rows();
            await tray.close();
        }
    } finally {
        await browser.close();
        await nodeRed.stop();
    }
    return rows;
}
