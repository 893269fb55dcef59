struct odd { int a; _Atomic(int) b; };
