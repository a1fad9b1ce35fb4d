import type { EditorRed } from './red';

declare global {
    /** The parts of Node-RED's editor that the plugin uses. */
    const RED: EditorRed;
}
