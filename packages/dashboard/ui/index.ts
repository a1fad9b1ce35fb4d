// The styles of the pages come after those that all share.
import './styles/index.css';
import './widgets';
