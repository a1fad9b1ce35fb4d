export { wait } from '../../lib/protocols/shared/wait';
