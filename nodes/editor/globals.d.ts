import type { EditorRed } from './red';

declare global {
    /** Node-RED's editor, as far as the plugin uses it. */
    const RED: EditorRed;
}
