struct odd { int a; list<int> b; };
