// Loads the library.
import 'netplumb';
